// Pulumi puts its own compiler in front of a .ts entry; Node needs none.
import "./pack.ts";
