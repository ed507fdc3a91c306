/** Runs the independent tool: `BELENIOS_TOOL`, then PATH, then `scripts/belenios-tool` of this repository. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { tracker } from "../src/ballot.ts";

function findTool(): string | null {
  const named = process.env["BELENIOS_TOOL"];
  if (named) return named;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const candidate = join(folder, "belenios-tool");
    if (folder !== "" && existsSync(candidate)) return candidate;
  }
  const own = resolve(import.meta.dirname, "../../../scripts/belenios-tool");
  return existsSync(own) ? own : null;
}

const tool = findTool();

/** A reason to skip, or `false`. Under CI nothing is skipped: the tests then fail on the missing tool. */
export const skipReason: string | false =
  tool === null && !process.env["CI"]
    ? "belenios-tool not found: set BELENIOS_TOOL, or put it on the PATH"
    : false;

/** Runs the tool and gives its standard output; throws with its messages when it says no. */
export function belenios(args: readonly string[], input = "", cwd = tmpdir()): string {
  if (tool === null) throw new Error("belenios-tool is needed under CI and was not found");
  const options = { encoding: "utf8", input, cwd, maxBuffer: 1 << 28 } as const;
  const done = spawnSync(tool, args, options);
  if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

/** Links a share to its owner, as the archive wants it. */
export function owned(owner: number, share: string): string[] {
  const payload = Buffer.from(tracker(share), "base64").toString("hex");
  return [share, JSON.stringify({ owner, payload })];
}

/** A question as the tool's template has it. */
export interface TemplateQuestion {
  answers: string[];
  blank?: boolean;
  min: number;
  max: number;
  question: string;
}

/** One box made by the tool in a folder of its own. */
export class ToolBox {
  readonly dir = mkdtempSync(join(tmpdir(), "gongping-island-"));
  readonly privateCredentials: string[];
  readonly electionText: string;

  /**
   * @param trustees how many `Single` key holders the tool makes, beside the ones handed in
   * @param publicKeys public keys made elsewhere, as JSON
   * @param thresholds parameters of key holders of whom any k open the box, as JSON
   * @param publicCredentials for checking our own lists; the tool makes its own without it
   */
  constructor(
    readonly uuid: string,
    questions: readonly TemplateQuestion[],
    options: {
      count: number;
      trustees?: number;
      publicKeys?: readonly string[];
      thresholds?: readonly string[];
      publicCredentials?: readonly string[];
    },
  ) {
    const group = ["--group", "Ed25519"];
    const keys = [...(options.publicKeys ?? [])];
    for (let i = 0; i < (options.trustees ?? 1); i++) {
      const before = new Set(readdirSync(this.dir));
      this.run(["setup", "generate-trustee-key", ...group]);
      const made = readdirSync(this.dir).find((n) => n.endsWith(".pubkey") && !before.has(n));
      keys.push(readFileSync(join(this.dir, made as string), "utf8").trim());
    }
    this.write("public_keys.jsons", keys.map((key) => `${key}\n`).join(""));
    const thresholds = options.thresholds ?? [];
    if (thresholds.length > 0) {
      this.write("threshold.json", thresholds.map((text) => `${text}\n`).join(""));
    }
    this.run(["setup", "make-trustees", "--dir", this.dir]);
    if (options.publicCredentials === undefined) {
      const count = String(options.count);
      this.run([
        "setup",
        "generate-credentials",
        ...group,
        "--count",
        count,
        "--uuid",
        uuid,
        "--dir",
        this.dir,
      ]);
      this.privateCredentials = Object.values(JSON.parse(this.readBySuffix(".privcreds")));
      this.write("public_creds.json", this.readBySuffix(".pubcreds"));
    } else {
      this.privateCredentials = [];
      this.write("public_creds.json", JSON.stringify(options.publicCredentials));
    }
    this.write("template.json", JSON.stringify({ description: "", name: "测评", questions }));
    this.run([
      "setup",
      "make-election",
      ...group,
      "--dir",
      this.dir,
      "--uuid",
      uuid,
      "--template",
      join(this.dir, "template.json"),
    ]);
    this.electionText = readFileSync(join(this.dir, "election.json"), "utf8").trim();
    this.run(["archive", "init", "--dir", this.dir]);
  }

  addEvent(type: string, ...payloads: string[]): void {
    const input = payloads.map((payload) => `${payload}\n`).join("");
    this.run(["archive", "add-event", "--dir", this.dir, "--type", type], input);
  }

  /**
   * Adds a ballot after the tool has checked it by itself. `verify` alone is not evidence: before
   * the tally it says that all is well without having looked into any ballot.
   */
  addBallot(ballot: string): void {
    this.write("ballot.json", ballot);
    const args = [
      "--dir",
      this.dir,
      "--uuid",
      this.uuid,
      "--ballot",
      join(this.dir, "ballot.json"),
    ];
    this.run(["election", "verify-ballot", ...args]);
    this.addEvent("Ballot", ballot);
  }

  verify(): string {
    return this.run(["election", "verify", "--dir", this.dir, "--uuid", this.uuid]);
  }

  /** Closes the box and gives the encrypted tally's exact text. */
  close(): string {
    this.addEvent("EndBallots");
    const lines = this.runOut([
      "election",
      "compute-encrypted-tally",
      "--dir",
      this.dir,
      "--uuid",
      this.uuid,
    ]);
    const [tally, sized] = lines.trim().split("\n") as [string, string];
    this.addEvent("EncryptedTally", tally, sized);
    return tally;
  }

  /** The private key files the tool made. */
  keyFiles(): string[] {
    return readdirSync(this.dir)
      .filter((name) => name.endsWith(".privkey"))
      .map((name) => join(this.dir, name));
  }

  /** The share that the tool itself computes, as the two lines that `add-event` wants. */
  toolDecrypts(keyFile: string, trustee: number): string[] {
    const args = ["--dir", this.dir, "--uuid", this.uuid, "--privkey", keyFile];
    return this.runOut(["election", "decrypt", ...args, "--trustee-id", String(trustee)])
      .trim()
      .split("\n");
  }

  result(): number[][] {
    const text = this.runOut([
      "election",
      "compute-result",
      "--dir",
      this.dir,
      "--uuid",
      this.uuid,
    ]).trim();
    this.addEvent("Result", text);
    return (JSON.parse(text) as { result: number[][] }).result;
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.dir, name), text);
  }

  private readBySuffix(suffix: string): string {
    const name = readdirSync(this.dir).find((file) => file.endsWith(suffix));
    return readFileSync(join(this.dir, name as string), "utf8");
  }

  private run(args: readonly string[], input = ""): string {
    if (tool === null) throw new Error("belenios-tool is needed under CI and was not found");
    const options = { encoding: "utf8", input, cwd: this.dir, maxBuffer: 1 << 28 } as const;
    const done = spawnSync(tool, args, options);
    if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stderr}`);
    return done.stdout + done.stderr;
  }

  private runOut(args: readonly string[]): string {
    if (tool === null) throw new Error("belenios-tool is needed under CI and was not found");
    const done = spawnSync(tool, args, { encoding: "utf8", cwd: this.dir, maxBuffer: 1 << 28 });
    if (done.status !== 0) throw new Error(`${args.join(" ")}: ${done.stderr}`);
    return done.stdout;
  }
}
