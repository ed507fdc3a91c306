/** The real program, serving a copy of the practice province on a port of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "@playwright/test";
import { BINARY, inCache } from "./province.ts";

const START_TIMEOUT_MS = 60_000;

/** A running server. */
export class Server {
  private constructor(
    /** Its address, without a slash at the end. */
    readonly url: string,
    /** The folder of its installation. */
    readonly dir: string,
    private readonly child: ChildProcess,
    private readonly scratch: string,
  ) {}

  static async start(): Promise<Server> {
    const province = process.env["GONGPING_PROVINCE"];
    if (province === undefined) throw new Error("the practice province has not been built");
    const scratch = mkdtempSync(inCache("server-"));
    const dir = join(scratch, "province");
    cpSync(province, dir, { recursive: true });
    const child = spawn(BINARY, ["serve", "--dir", dir, "--listen", "127.0.0.1:0"], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    try {
      return new Server(await addressOf(child), dir, child, scratch);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, "exit");
      this.child.kill("SIGTERM");
      await exited;
    }
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

/** The address that the program prints when it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let told = "";
    const fail = (why: string): void => reject(new Error(`the server ${why}:\n${told}`));
    const timer = setTimeout(() => fail("says no address"), START_TIMEOUT_MS);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`ended with ${code}`));
    child.stderr?.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(told)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}

/** Starts a server before the tests of a file and stops it after them; each test's browsers close with it. */
export function useServer(): { readonly url: string; readonly dir: string } {
  let server: Server | null = null;
  const running = (): Server => {
    if (server === null) throw new Error("the server has not been started");
    return server;
  };
  test.beforeAll(async () => {
    server = await Server.start();
  });
  test.afterEach(async ({ browser }) => {
    for (const context of browser.contexts()) await context.close();
  });
  test.afterAll(async () => {
    await server?.stop();
  });
  return {
    get url() {
      return running().url;
    },
    get dir() {
      return running().dir;
    },
  };
}

/** What a command of the program said, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a command of the program. */
export function run(args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(BINARY, args, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
