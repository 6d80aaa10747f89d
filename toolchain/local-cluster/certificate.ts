import { X509Certificate } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ignoreMissing } from "../find/executable.ts";
import { names } from "./layout.ts";

const renewBeforeMs = 30 * 24 * 3_600_000;

/**
 * The authority that signed the API server's certificate, as PEM; undefined until the server has made both. The server
 * writes its own certificate first and the authority behind it.
 */
export async function readAuthority(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, names.certificate), "utf8").catch(ignoreMissing);
  const certificates = text?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];
  const authority = certificates[1];
  if (authority !== undefined) await writeFile(join(folder, names.authority), authority);
  return authority;
}

/** Lets the API server make a new certificate if its own ends within a month: it lasts a year and is never renewed. */
export async function dropExpiringCertificate(folder: string): Promise<void> {
  const text = await readFile(join(folder, names.certificate), "utf8").catch(ignoreMissing);
  if (text === undefined) return;
  if (Date.parse(new X509Certificate(text).validTo) - Date.now() > renewBeforeMs) return;
  await rm(join(folder, names.certificate), { force: true });
  await rm(join(folder, names.certificates, "apiserver.key"), { force: true });
}
