/**
 * One step of decode. Its numbers are fields of one object, for a number that is handed to a method, or back from it, is put
 * into an object of its own first.
 */
export class DecodeStep {
  /** When it ends, and how long it is. */
  end = 0;
  seconds = 0;
  /** Requests inside when it began, and those that joined, each times how long it was there. */
  insideBefore = 0;
  presence = 0;
  /** Seconds a token, for all requests. */
  pace = 0;
  /** Tokens that each request has put out at its end, and those of the step. */
  clock = 0;
  passed = 0;
}
