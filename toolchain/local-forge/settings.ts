import { join } from "node:path";

/** Names inside the folder of a forge. */
export const names = {
  settings: "app.ini",
  certificate: "cert.pem",
  key: "key.pem",
} as const;

/** What the settings of a Gitea are made of. */
export interface ForgeSettings {
  readonly folder: string;
  readonly port: number;
  /** Folder of the files that it serves and makes mails and pages of. */
  readonly share: string;
  /** Account that it runs as; it refuses to run as another one. */
  readonly account: string;
}

/** The settings of a Gitea that keeps everything in one folder, sends nothing anywhere, and is quick rather than safe. */
export function formatSettings({ folder, port, share, account }: ForgeSettings): string {
  return `APP_NAME = Local forge
RUN_MODE = prod
RUN_USER = ${account}
[server]
PROTOCOL = https
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${port}
DOMAIN = 127.0.0.1
ROOT_URL = https://127.0.0.1:${port}/
CERT_FILE = ${join(folder, names.certificate)}
KEY_FILE = ${join(folder, names.key)}
STATIC_ROOT_PATH = ${share}
DISABLE_SSH = true
OFFLINE_MODE = true
LFS_START_SERVER = false
[database]
DB_TYPE = sqlite3
PATH = ${join(folder, "gitea.db")}
SQLITE_JOURNAL_MODE = WAL
[security]
INSTALL_LOCK = true
SECRET_KEY = local
INTERNAL_TOKEN = ${internalToken}
PASSWORD_HASH_ALGO = pbkdf2$1$10
[repository]
ROOT = ${join(folder, "repositories")}
DEFAULT_BRANCH = main
[service]
DISABLE_REGISTRATION = true
[indexer]
ISSUE_INDEXER_TYPE = db
[log]
LEVEL = Error
ROOT_PATH = ${join(folder, "log")}
[actions]
ENABLED = false
[cron]
ENABLED = false
[mailer]
ENABLED = false
`;
}

/** Only its own processes use it, which talk on this machine; it has to look like one. */
const internalToken = [
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
  "eyJuYmYiOjE3MDAwMDAwMDB9",
  "bJ9vEUCBCkLLFPZWWEuLVEIQWmyLBOwHgIyXBVnkcjQ",
].join(".");
