/** Coming back with the receipt code: state, answers, adding, contesting. The code stays here. */
import { type CodeKeys, codeKeys, readCode } from "./opinion-code.ts";
import { type Recipients, open, seal } from "./opinion-seal.ts";
import { post } from "./outbox.ts";
import { Page, pause, whenReady } from "./page.ts";

interface Thread {
  readonly opinion: number;
  readonly state: string;
  readonly grounds: string | null;
  readonly is_overdue: boolean;
  readonly may_contest: boolean;
  readonly messages: readonly { readonly by_filer: boolean; readonly sealed: string }[];
  readonly received: string;
  readonly due: string;
  readonly times: readonly string[];
  readonly handlers: Recipients;
}

class ReturnForm extends Page {
  private keys: CodeKeys | null = null;
  private handlers: Recipients = {};
  private busy = false;

  constructor(readonly form: HTMLFormElement) {
    super(form);
  }

  start(): void {
    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.run(() => this.look());
    });
    this.on("more", () => void this.run(() => this.more()));
    this.on("contest", () => void this.run(() => this.contest()));
    this.on("leave", () => location.replace(this.setting("base")));
  }

  private async run(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.hush("error");
    try {
      await act();
    } finally {
      this.busy = false;
    }
  }

  private problem(message: string, values: Readonly<Record<string, string | number>> = {}): void {
    this.say("error", message, values);
    this.slot("error").scrollIntoView({ block: "center" });
  }

  private async look(): Promise<void> {
    const code = readCode(this.slot<HTMLTextAreaElement>("code").value);
    if ("mistake" in code) return this.problem(`code-${code.mistake}`, { ...code });
    this.show("looking");
    await pause();
    this.keys = await codeKeys(code, this.setting("appraisal"));
    if (!(await this.load())) this.show("code");
  }

  /** Fetches and shows the thread; false when it cannot. */
  private async load(): Promise<boolean> {
    const { keys } = this;
    if (keys === null) return false;
    const body = JSON.stringify({ lookup: keys.lookup });
    const outcome = await post(`${this.setting("base")}/thread`, body);
    if (outcome.kind !== "taken") {
      this.problem(outcome.kind === "refused" ? "not-found" : "network");
      return false;
    }
    const thread = outcome.answer as Thread;
    this.handlers = thread.handlers;
    this.say("number", "number", { number: thread.opinion });
    this.say("state", `state-${thread.state}`);
    this.slot("received").textContent = thread.received;
    this.slot("due").textContent = thread.due;
    this.slot("overdue").hidden = !thread.is_overdue;
    this.slot("contest-part").hidden = !thread.may_contest;
    this.slot("grounds-part").hidden = thread.grounds === null;
    this.slot("grounds").textContent = thread.grounds ?? "";
    this.slot("silence").hidden = thread.messages.length > 0;
    const pieces: HTMLElement[] = [];
    for (const [at, message] of thread.messages.entries()) {
      const piece = this.piece("message");
      this.slot("who", piece).append(this.message(message.by_filer ? "you" : "handler"));
      this.slot("at", piece).textContent = thread.times[at] ?? "";
      const said = this.slot("said", piece);
      try {
        said.textContent = await open(message.sealed, keys.identity);
      } catch {
        said.append(this.message("unreadable"));
      }
      pieces.push(piece);
    }
    this.slot("messages").replaceChildren(...pieces);
    this.show("thread");
    return true;
  }

  private async more(): Promise<void> {
    const { keys } = this;
    const field = this.slot<HTMLTextAreaElement>("more");
    const text = field.value.trim();
    if (keys === null) return;
    if (text === "") return this.problem("missing-text");
    const handlers = Object.values(this.handlers);
    if (handlers.length === 0) return this.problem("no-readers");
    // Sealed to the own code too, so that the filer can read it again.
    const recipients = [...handlers, keys.recipient];
    const sealed = await seal(text, recipients);
    const body = JSON.stringify({ lookup: keys.lookup, sealed, recipients: recipients.length });
    const outcome = await post(`${this.setting("base")}/more`, body);
    if (outcome.kind !== "taken") return this.problem("network");
    field.value = "";
    await this.load();
  }

  private async contest(): Promise<void> {
    const body = JSON.stringify({ lookup: this.keys?.lookup });
    const outcome = await post(`${this.setting("base")}/contest`, body);
    if (outcome.kind === "unreachable") return this.problem("network");
    await this.load();
  }
}

whenReady(() => {
  const form = document.querySelector<HTMLFormElement>("form#opinion-return");
  if (form !== null) new ReturnForm(form).start();
});
