/** Says to the program, by the value `judged`, that whoever runs it has looked after the approvals that a run needs. */
export const approvalsVariable = "DRIFTLESS_APPROVALS";
