/**
 * The practice province that every server of a run starts from. It is built once for each
 * build of the binary and kept in `.cache`.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The seed of the pictures in the documentation. */
const SEED = "2007";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const cache = fileURLToPath(new URL("../.cache", import.meta.url));

/** The program under test. */
export const BINARY = process.env["GONGPING_BIN"] ?? join(root, "target/debug/gongping");

/** A file of the repository. */
export function inRepository(path: string): string {
  return join(root, path);
}

/** A folder for what a run leaves behind. */
export function inCache(path: string): string {
  mkdirSync(cache, { recursive: true });
  return join(cache, path);
}

async function fingerprint(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex").slice(0, 16);
}

/** Playwright calls this before everything else; the folder is passed on by the environment. */
export default async function buildProvince(): Promise<void> {
  if (process.env["GONGPING_PROVINCE"] !== undefined) return;
  if (!existsSync(BINARY)) {
    throw new Error(`${BINARY} is missing: run "cargo build -p gongping", or set GONGPING_BIN`);
  }
  const name = `province-${await fingerprint(BINARY)}`;
  const dir = inCache(name);
  if (!existsSync(dir)) {
    for (const old of readdirSync(cache)) {
      if (old.startsWith("province-")) rmSync(join(cache, old), { recursive: true });
    }
    execFileSync(BINARY, ["demo", "--no-serve", "--dir", dir, "--seed", SEED], {
      stdio: ["ignore", "inherit", "inherit"],
    });
  }
  process.env["GONGPING_PROVINCE"] = dir;
}
