/**
 * The code issuer's page: codes are made on this machine, and only public keys leave it. Once it
 * is loaded it needs no network until something is handed in.
 */
import {
  type CodeLine,
  derivationCount,
  findSlip,
  makeCodes,
  readSecretTable,
  replaceSlip,
  secretTable,
} from "./codes.ts";
import { systemRandom } from "./group.ts";
import { Page, pause, required, saveFile, setProgress, whenReady } from "./page.ts";
import { type SlipWork, laySlips } from "./slips-print.ts";

/** What there is to make; the page brings it along. */
interface Work {
  readonly vote: string;
  readonly sheets: readonly SlipWork[];
}

function readWork(): Work {
  const element = required<HTMLScriptElement>(document, "script#code-work");
  return JSON.parse(element.textContent ?? "") as Work;
}

/** What both forms do with a list of codes. */
class CodesForm {
  readonly page: Page;
  readonly work = readWork();
  readonly address = `${location.origin}${this.work.vote}`;
  readonly field: HTMLInputElement;
  /** The whole secret list, and the slips to print. */
  secret: readonly CodeLine[] = [];
  slips: readonly CodeLine[] = [];
  private isKept = true;

  constructor(
    readonly form: HTMLFormElement,
    field: string,
  ) {
    this.page = new Page(form);
    this.field = required<HTMLInputElement>(form, `input[name="${field}"]`);
    this.page.on("save", () => this.save());
    this.page.on("print", () => void this.print());
    this.page.on("keep", () => this.keep());
    form.addEventListener("submit", (event) => {
      if (this.field.value === "") event.preventDefault();
      else this.isKept = true;
    });
    window.addEventListener("beforeunload", (event) => {
      // Codes that were made and not saved would be lost without a word.
      if (!this.isKept) event.preventDefault();
    });
    const upload = form.querySelector<HTMLInputElement>('input[data-slot="upload"]');
    upload?.addEventListener("change", () => void this.takeFile(upload));
  }

  made(secret: readonly CodeLine[], slips: readonly CodeLine[], handedIn: unknown): void {
    this.secret = secret;
    this.slips = slips;
    this.field.value = JSON.stringify(handedIn);
    this.isKept = false;
    this.page.show("save");
  }

  private save(): void {
    const header = this.page.setting("csvHeader").split(",");
    const table = secretTable(header, this.secret, this.address);
    saveFile(this.page.setting("fileName"), "text/csv", table);
    this.isKept = true;
    this.page.show("submit");
  }

  private keep(): void {
    saveFile(this.page.setting("publicName"), "application/json", this.field.value);
  }

  private async print(): Promise<void> {
    await laySlips(this.page, this.work.sheets, this.slips, this.address);
    window.print();
  }

  /** Takes what was made elsewhere, so that it can be handed in from here. */
  private async takeFile(upload: HTMLInputElement): Promise<void> {
    this.page.hush("error");
    try {
      const text = (await upload.files?.[0]?.text()) ?? "";
      const content = JSON.parse(text) as { boxes?: unknown };
      if (!Array.isArray(content.boxes)) throw new Error("no boxes");
      this.field.value = text;
      this.page.show("upload");
    } catch {
      this.page.say("error", "not-public");
    }
    upload.value = "";
  }
}

function issuePage(form: HTMLFormElement): void {
  const codes = new CodesForm(form, "public_credentials");
  const { page } = codes;
  let busy = false;
  page.on("make", () => void make());

  async function make(): Promise<void> {
    if (busy) return;
    busy = true;
    const { sheets } = codes.work;
    const total = derivationCount(sheets);
    page.show("working");
    const lists = await makeCodes(sheets, systemRandom, async (done) => {
      setProgress(page.slot("bar"), done, total);
      page.say("count", "making", { done, total });
      await pause();
    });
    page.say("made", "made", { codes: lists.secret.length, boxes: lists.public.boxes.length });
    codes.made(lists.secret, lists.secret, lists.public);
    busy = false;
  }
}

function replacePage(form: HTMLFormElement): void {
  const codes = new CodesForm(form, "replacement");
  const { page } = codes;
  const list = required<HTMLInputElement>(form, "#secret-list");
  const named = required<HTMLInputElement>(form, "#lost-code");
  page.on("replace", () => void replace());

  async function replace(): Promise<void> {
    page.hush("error");
    const lines = readSecretTable((await list.files?.[0]?.text()) ?? "");
    if (lines === null) return page.say("error", "unreadable");
    const total = codes.work.sheets.reduce((sum, { count }) => sum + count, 0);
    if (lines.length !== total) {
      return page.say("error", "incomplete", { found: lines.length, total });
    }
    const lost = findSlip(lines, named.value);
    const outcome = lost && replaceSlip(codes.work.sheets, lines, lost, systemRandom);
    if (outcome === null) return page.say("error", "not-there");
    const slip = `${outcome.added.sheet}-${String(outcome.added.number).padStart(4, "0")}`;
    page.say("made", "replaced", { slip });
    codes.made(outcome.lines, [outcome.added], outcome.replacement);
  }
}

whenReady(() => {
  const issue = document.querySelector<HTMLFormElement>("form#codes");
  if (issue !== null) issuePage(issue);
  const replace = document.querySelector<HTMLFormElement>("form#replace-codes");
  if (replace !== null) replacePage(replace);
});
