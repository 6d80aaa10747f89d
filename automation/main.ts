import { run } from "./cli.ts";
import { interruptible, processIo } from "./process-io.ts";

process.exitCode = await interruptible((signal) => run(process.argv.slice(2), processIo(signal)));
