import { writeFileSync } from "node:fs";
import process from "node:process";

// Preloaded into a command of ours that is measured: how much memory it took at most is known at its end only.
const file = process.env["BENCH_USAGE_FILE"];
if (file !== undefined) process.on("exit", () => writeFileSync(file, JSON.stringify(process.resourceUsage())));
