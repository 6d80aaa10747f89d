#!/usr/bin/env node
// The driftless command.
import { launch } from "./launch.js";

await launch("automation/main.ts", process.argv.slice(2));
