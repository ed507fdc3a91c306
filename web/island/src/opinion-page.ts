/**
 * The form for opinions, the public's and the clerk's: one step a screen, a draft on the device, sealing
 * before anything leaves it, and sending once, now or when there is a network.
 */
import { codeKeys, codeNumbers, codeWords, drawCode } from "./opinion-code.ts";
import { FileRefused, MOST_FILES, cleanAll } from "./opinion-files.ts";
import { type Enclosure, type Recipients, sealIdentity, sealText } from "./opinion-seal.ts";
import { type Outcome, forget, keep, post, waiting } from "./outbox.ts";
import { Page, fetchJson, pause, required, whenReady } from "./page.ts";

/** Who reads what is said about a unit. */
interface Readers {
  readonly name: string;
  readonly handlers: Recipients;
  readonly seconds: Recipients;
  readonly handler_posts: string;
  readonly second_posts: string;
}

interface Work {
  readonly appraisal: string;
  readonly units: Readonly<Record<string, Readers>>;
}

/** What is kept of a draft: neither name nor pictures. */
interface Draft {
  readonly matter: string;
  readonly protection: string;
  readonly unit: string;
  readonly item: string;
  readonly when: string;
  readonly text: string;
}

/** How long the form waits before it tries to send again, in milliseconds. */
const RETRY_MS = 15_000;

class OpinionForm extends Page {
  private work: Work;
  private busy = false;
  /** The code of what is being filed; the same when it is sent again. */
  private code: Uint8Array | null = null;
  private readonly draftKey: string;

  constructor(readonly form: HTMLFormElement) {
    super(form);
    const data = required<HTMLScriptElement>(document, "script#opinion-work");
    this.work = JSON.parse(data.textContent ?? "") as Work;
    this.draftKey = `gongping-opinion-draft:${this.work.appraisal}`;
  }

  start(): void {
    this.form.hidden = false;
    this.restore();
    this.on("to-choice", () => this.show("choice"));
    this.on("to-text", () => this.show("text"));
    this.on("to-identity", () => this.afterText());
    this.on("to-review", () => this.review());
    this.on("send", () => void this.send());
    this.on("print", () => window.print());
    this.on("again", () => this.again());
    this.on("delete-draft", () => this.deleteDraft());
    this.form.addEventListener("input", () => this.saveDraft());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("online", () => void this.flush());
    setInterval(() => void this.flush(), RETRY_MS);
    void this.flush();
  }

  private chosen(name: string): string {
    return this.form.querySelector<HTMLInputElement>(`input[name="${name}"]:checked`)?.value ?? "";
  }

  private select(name: string): HTMLSelectElement {
    return required<HTMLSelectElement>(this.form, `select[name="${name}"]`);
  }

  private typed(slot: string): string {
    return this.slot<HTMLInputElement | HTMLTextAreaElement>(slot).value.trim();
  }

  private readers(): Readers | undefined {
    return this.work.units[this.select("unit").value];
  }

  private pictures(): File[] {
    return [...(this.slot<HTMLInputElement>("files").files ?? [])];
  }

  /** Whether the text must be sealed: complaints, confidential ones, and whatever has pictures. */
  private isSealed(): boolean {
    const must = this.chosen("matter") === "complaint" || this.chosen("protection") === "confidential";
    return must || this.pictures().length > 0;
  }

  private problem(message: string, values: Readonly<Record<string, string | number>> = {}): void {
    this.say("error", message, values);
    this.slot("error").scrollIntoView({ block: "center" });
  }

  /** Why this cannot be filed as it stands, or null. */
  private missing(): string | null {
    const readers = this.readers();
    if (readers === undefined) return "missing-unit";
    if (this.typed("text") === "") return "missing-text";
    const isNamed = this.chosen("protection") !== "anonymous";
    const noHandlers = Object.keys(readers.handlers).length === 0;
    const noSeconds = Object.keys(readers.seconds).length === 0;
    if ((this.isSealed() && noHandlers) || (isNamed && (noHandlers || noSeconds))) return "no-readers";
    return null;
  }

  private afterText(): void {
    this.hush("error");
    const missing = this.missing();
    if (missing !== null) return this.problem(missing);
    if (this.pictures().length > MOST_FILES) return this.problem("file-too-many", { count: MOST_FILES });
    if (this.chosen("protection") === "anonymous") this.review();
    else this.show("identity");
  }

  private review(): void {
    this.hush("error");
    const readers = this.readers();
    if (readers === undefined) return this.show("text");
    const isNamed = this.chosen("protection") !== "anonymous";
    if (isNamed && (this.typed("name") === "" || this.typed("contact") === "")) {
      return this.problem("missing-identity");
    }
    const matter = this.form.querySelector('input[name="matter"]:checked')?.closest("label");
    this.slot("review-matter").textContent = matter?.textContent?.trim() ?? "";
    this.slot("review-unit").textContent = readers.name;
    this.slot("review-text").textContent = this.typed("text");
    this.slot("review-files").textContent = String(this.pictures().length);
    const [handlers, seconds] = [readers.handler_posts, readers.second_posts];
    this.say("reads-text", this.isSealed() ? "reads-sealed" : "reads-open", { handlers });
    this.say("reads-identity", isNamed ? "reads-identity" : "reads-nobody", { handlers, seconds });
    this.show("review");
  }

  private async send(): Promise<void> {
    if (this.busy) return;
    this.hush("error");
    const readBack = this.form.querySelector<HTMLInputElement>('[data-slot="read-back"]');
    const needsReadBack = readBack !== null && this.channel() !== "letter";
    if (needsReadBack && !readBack.checked) return this.problem("missing-read-back");
    this.busy = true;
    this.show("sending");
    // Cleaning pictures and deriving keys takes a moment, during which nothing is painted.
    await pause();
    try {
      const files = await cleanAll(this.pictures());
      const outcome = await this.sealAndSend(files);
      // Who may read changed since the page was loaded: seal anew for those of now, once.
      const stale = outcome.kind === "refused" && outcome.code === "opinion-wrong-recipients";
      await this.ended(stale && (await this.reload()) ? await this.sealAndSend(files) : outcome);
    } catch (error) {
      this.show("review");
      if (error instanceof FileRefused) this.problem(`file-${error.reason}`, { file: error.file, count: MOST_FILES });
      else this.problem("failed");
    } finally {
      this.busy = false;
    }
  }

  private channel(): string {
    return this.form.dataset["channel"] ?? this.select("channel").value;
  }

  private async sealAndSend(files: readonly Enclosure[]): Promise<Outcome> {
    const readers = this.readers();
    if (readers === undefined) throw new Error("no unit");
    this.code ??= drawCode();
    const keys = await codeKeys(this.code, this.work.appraisal);
    const [text, when] = [this.typed("text"), this.typed("when")];
    const isSealed = this.isSealed();
    const isNamed = this.chosen("protection") !== "anonymous";
    const identity = { name: this.typed("name"), contact: this.typed("contact") };
    const message = {
      unit: this.select("unit").value,
      item: this.select("item").value || null,
      matter: this.chosen("matter"),
      channel: this.channel(),
      protection: this.chosen("protection"),
      lookup: keys.lookupHash,
      answer_key: keys.recipient,
      sealed: isSealed ? await sealText({ text, when, files }, readers.handlers) : null,
      open: isSealed ? null : when === "" ? text : `${text}\n\n${when}`,
      identity: isNamed ? await sealIdentity(identity, readers.handlers, readers.seconds) : null,
      handlers: isSealed || isNamed ? Object.keys(readers.handlers) : [],
      seconds: isNamed ? Object.keys(readers.seconds) : [],
      read_back: this.form.querySelector<HTMLInputElement>('[data-slot="read-back"]')?.checked ?? false,
    };
    const url = this.setting("submit");
    const body = JSON.stringify(message);
    const kept = await keep({ id: keys.lookupHash, url, body });
    const outcome = await post(url, body);
    if (outcome.kind !== "unreachable") await forget(keys.lookupHash);
    // Where nothing can be kept, nothing may be promised.
    if (outcome.kind === "unreachable" && !kept) throw new Error("unreachable");
    return outcome;
  }

  private async reload(): Promise<boolean> {
    const work = (await fetchJson(this.setting("work")).catch(() => null)) as Work | null;
    if (work === null) return false;
    this.work = work;
    return this.missing() === null;
  }

  private async ended(outcome: Outcome): Promise<void> {
    if (outcome.kind === "refused") {
      this.show("review");
      return this.problem("told", { text: outcome.text });
    }
    if (this.code === null) return;
    const language = document.documentElement.lang;
    const words = codeWords(this.code, language);
    this.slot("words").textContent = words.join(language.startsWith("zh") ? " " : " ");
    this.slot("numbers").textContent = codeNumbers(this.code).join(" ");
    const isTaken = outcome.kind === "taken";
    this.slot("taken").hidden = !isTaken;
    this.slot("waiting").hidden = isTaken;
    this.deleteDraft();
    this.show("done");
  }

  /** Sends what waits from before. */
  private async flush(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      for (const message of await waiting(this.setting("submit"))) {
        const outcome = await post(message.url, message.body);
        if (outcome.kind === "unreachable") {
          this.say("outbox", "outbox-waits");
          return;
        }
        await forget(message.id);
        if (outcome.kind === "taken") {
          this.say("outbox", "outbox-sent");
          this.slot("taken").hidden = false;
          this.slot("waiting").hidden = true;
        } else this.problem("told", { text: outcome.text });
      }
    } finally {
      this.busy = false;
    }
  }

  private again(): void {
    this.code = null;
    this.form.reset();
    for (const slot of ["words", "numbers"]) this.slot(slot).textContent = "";
    this.hush("outbox");
    this.show("choice");
  }

  /** Clerks keep no drafts of callers on the office's machine. */
  private draftPlace(): HTMLElement | null {
    return this.form.querySelector<HTMLElement>('[data-slot="draft"]');
  }

  private saveDraft(): void {
    const place = this.draftPlace();
    if (place === null || this.typed("text") === "") return;
    const draft: Draft = {
      matter: this.chosen("matter"),
      protection: this.chosen("protection"),
      unit: this.select("unit").value,
      item: this.select("item").value,
      when: this.typed("when"),
      text: this.slot<HTMLTextAreaElement>("text").value,
    };
    try {
      localStorage.setItem(this.draftKey, JSON.stringify(draft));
      place.hidden = false;
    } catch {
      // Private windows may refuse; then the draft lasts as long as the page.
    }
  }

  private restore(): void {
    const place = this.draftPlace();
    if (place === null) return;
    try {
      const draft = JSON.parse(localStorage.getItem(this.draftKey) ?? "null") as Draft | null;
      if (draft === null) return;
      for (const name of ["matter", "protection"] as const) {
        const choice = `input[name="${name}"][value="${CSS.escape(draft[name])}"]`;
        const input = this.form.querySelector<HTMLInputElement>(choice);
        if (input !== null) input.checked = true;
      }
      this.select("unit").value = draft.unit;
      this.select("item").value = draft.item;
      this.slot<HTMLInputElement>("when").value = draft.when;
      this.slot<HTMLTextAreaElement>("text").value = draft.text;
      place.hidden = false;
      this.show("text");
    } catch {
      this.deleteDraft();
    }
  }

  private deleteDraft(): void {
    const place = this.draftPlace();
    if (place === null) return;
    try {
      localStorage.removeItem(this.draftKey);
    } catch {
      // Then there is none.
    }
    place.hidden = true;
    this.form.reset();
    if (this.form.querySelector<HTMLElement>('[data-step="text"]')?.hidden === false) this.show("choice");
  }
}

whenReady(() => {
  const form = document.querySelector<HTMLFormElement>("form#opinion");
  if (form !== null) new OpinionForm(form).start();
});
