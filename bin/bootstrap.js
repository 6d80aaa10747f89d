#!/usr/bin/env node
// Runs a TypeScript entry of this repository on a machine that has nothing but Node.js 20 and npm:
//   node bin/bootstrap.js <entry.ts> [arguments…]
import { launch } from "./launch.js";

const [entry, ...args] = process.argv.slice(2);
if (entry === undefined) {
  console.error("usage: node bin/bootstrap.js <entry.ts> [arguments…]");
  process.exit(2);
}
await launch(entry, args);
