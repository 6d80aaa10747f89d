import type { Props } from "./props.ts";

/** One kind of resource. */
export interface Kind {
  /** Inputs that it understands; others are refused. */
  readonly inputs: readonly string[];
  /** Those whose change means another resource. */
  readonly replaces: readonly string[];
  /** Outputs that are known once it is there. */
  readonly outputs: readonly string[];
  /** Outputs that any change of it may change. Default: none. */
  readonly changing?: readonly string[];
  /** True if AWS refuses two of the same name, so that the old one goes before the new one comes. Default: false. */
  readonly unique?: boolean;
  /** The input that its name is made for, from the resource's, where it has none. */
  readonly named?: string;
  /** Makes it; returns its id. */
  create(inputs: Props, region: string): Promise<string>;
  /** Outputs, and those inputs that others change, as AWS has them now; undefined if it is gone. */
  read(id: string, state: Props, region: string): Promise<Props | undefined>;
  /** Changes what need not be replaced. Absent: nothing can be changed but by replacement. */
  update?(id: string, inputs: Props, old: Props, region: string): Promise<void>;
  remove(id: string, state: Props, region: string): Promise<void>;
}

/** A function of the provider. */
export type Invoke = (args: Props, region: string) => Promise<Props>;

/** Undefined for an error that says that something is not there. */
export function gone(error: unknown): undefined {
  if (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)) return undefined;
  throw error;
}
