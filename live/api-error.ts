/** A question that the API server answered with anything but success. */
export class ApiError extends Error {
  /** HTTP status; for an event of a watch that ended it, the code of the event. */
  readonly status: number;
  /** The machine's word for it, such as `AlreadyExists` or `Conflict`; the empty string if it gave none. */
  readonly reason: string;

  constructor(status: number, message: string, reason = "") {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.reason = reason;
  }
}
