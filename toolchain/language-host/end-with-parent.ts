import process from "node:process";

const pollMs = 300;

/** Ends this process when the one that started it is gone, however it went: a killed engine leaves nothing behind. */
export function endWithParent(before: () => void = () => undefined): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    before();
    process.kill(process.pid, "SIGKILL");
  }, pollMs).unref();
}
