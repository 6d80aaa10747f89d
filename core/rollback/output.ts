/**
 * Output of a stack that says which rollbacks Git does not know: a list. The command line writes it, and
 * the program, which alone decides about outputs, hands it on from run to run.
 */
export const rollbacksOutput = "rollbacks";
