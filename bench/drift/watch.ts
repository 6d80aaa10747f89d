/** How long after a change `driftless drift --watch` tells of it, in seconds. */
export interface WatchLatency {
  readonly changes: number;
  readonly missed: number;
  readonly p50: number;
  readonly p99: number;
}
