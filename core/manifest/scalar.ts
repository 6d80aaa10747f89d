import { quote } from "../errors/quote.ts";

/** How a scalar is written in YAML. */
export interface ScalarSource {
  /** Its text, after quoting, escaping and folding. */
  readonly text: string;
  /** True if it is neither quoted nor a block scalar. */
  readonly plain: boolean;
  /** Full tag, such as `tag:yaml.org,2002:int`, if one is written. */
  readonly tag?: string | undefined;
}

/** What a scalar means, or why it means nothing that JSON can hold. */
export type ScalarReading =
  { readonly value: null | boolean | number | string } | { readonly problem: string; readonly fix: string };

const named: ReadonlyMap<string, null | boolean> = new Map<string, null | boolean>([
  ...["", "~", "null", "Null", "NULL"].map((text) => [text, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((text) => [text, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((text) => [text, false] as const),
]);

const unrepresentable = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;
const integer = /^([-+]?)(?:0x([0-9a-f]+)|0b([01]+)|0o?([0-7]+)|(0|[1-9][0-9]*))$/i;
const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?$/i;

/**
 * What kubectl reads a scalar as. That is YAML 1.1 as sigs.k8s.io/yaml has it: `0644` is 420, `no` is false,
 * `1_000` is 1000; a date and `1:30` stay text. Numbers that this program could not carry exactly are refused.
 */
export function readScalar(source: ScalarSource): ScalarReading {
  const { text, tag } = source;
  switch (tag) {
    case undefined:
      return source.plain ? readPlain(text) : { value: text };
    case "tag:yaml.org,2002:binary":
      return readBinary(text);
    case "tag:yaml.org,2002:int":
      return expectType(text, "an integer", (value) => Number.isInteger(value));
    case "tag:yaml.org,2002:float":
      return expectType(text, "a number", (value) => typeof value === "number");
    case "tag:yaml.org,2002:bool":
      return expectType(text, "a boolean", (value) => typeof value === "boolean");
    case "tag:yaml.org,2002:null":
      return expectType(text, "null", (value) => value === null);
    default:
      return { value: text };
  }
}

function readPlain(text: string): ScalarReading {
  const meaning = named.get(text);
  if (meaning !== undefined) return { value: meaning };
  if (!/^[-+.0-9]/.test(text)) return { value: text };
  if (unrepresentable.test(text))
    return { problem: `The number ${text} cannot be written in JSON.`, fix: `Quote it: ${quote(text)}.` };

  // A number that begins with a dot may not hold underscores; all others may.
  const digits = text.startsWith(".") ? text : text.replaceAll("_", "");
  const whole = integer.exec(digits);
  if (whole !== null) return readInteger(text, whole);
  const value = float.test(digits) ? Number(digits) : NaN;
  return { value: Number.isFinite(value) ? positiveZero(value) : text };
}

function readInteger(text: string, match: RegExpExecArray): ScalarReading {
  const [, sign, hex, binary, octal, decimal] = match;
  const magnitude =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : binary !== undefined
        ? Number.parseInt(binary, 2)
        : octal !== undefined
          ? Number.parseInt(octal, 8)
          : Number(decimal);
  if (Number.isSafeInteger(magnitude)) return { value: positiveZero(sign === "-" ? -magnitude : magnitude) };
  return {
    problem: `The integer ${quote(text)} is too large to be carried exactly.`,
    fix: `Quote it if it is meant as text: ${quote(text)}; else use a number between -2^53 and 2^53.`,
  };
}

function readBinary(text: string): ScalarReading {
  try {
    return { value: new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "base64")) };
  } catch {
    // TextDecoder knows one failure: bytes that are not UTF-8.
    return {
      problem: "The !!binary value is not UTF-8 text.",
      fix: "Use a field that takes base64, such as binaryData.",
    };
  }
}

function expectType(text: string, what: string, fits: (value: unknown) => boolean): ScalarReading {
  const reading = readPlain(text);
  if ("problem" in reading || fits(reading.value)) return reading;
  return { problem: `${quote(text)} is tagged as ${what} but is not one.`, fix: "Correct the tag or the value." };
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}
