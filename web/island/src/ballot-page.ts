/**
 * The citizen's ballot page. Code → questions → review → sealing and sending → receipt.
 *
 * Answers and code live in this module's memory only: never in the address, the history, a
 * cookie or the browser's storage, and they are wiped as soon as the sheet has been accepted.
 */
import { systemRandom } from "./group.ts";
import { type MessageArguments, Page, fetchJson, idle, pause, required, setProgress, whenReady } from "./page.ts";
import {
  Answers,
  type SealedBallot,
  type Sheet,
  parseSheet,
  preparations,
  sealSheet,
  sheetMessage,
} from "./sheet.ts";
import { readCode } from "./slip.ts";
import { receiptNumber } from "./receipt.ts";

/** After this long without an answer the sheet can be sent again. */
const SEND_TIMEOUT_MS = 40_000;

/** How often the progress of sealing is painted. */
const PAINT_INTERVAL_MS = 50;

/** Refusals after which another code may help; the answers stay. */
const CODE_REFUSALS = new Set(["unknown-code", "struck-off-code"]);

/** One screen of questions: a single item, or one unit with all its items. */
interface Screen {
  readonly box: number;
  readonly items: readonly number[];
}

class BallotPage {
  private readonly page: Page;
  private readonly codeInput: HTMLInputElement;
  private step = "code";
  private credential = "";
  private sheet: Sheet | null = null;
  private answers: Answers | null = null;
  private screens: Screen[] = [];
  private position = 0;
  /** Set while the review waits for a changed answer: "next" then leads back to it. */
  private fromReview = false;
  private sealed: SealedBallot[] | null = null;
  private busy = false;

  constructor(form: HTMLFormElement) {
    this.page = new Page(form);
    this.codeInput = required<HTMLInputElement>(form, "#code");
    // Nothing on this page is ever submitted the ordinary way: it would put answers into a URL.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.step === "code") void this.open();
      else if (this.step === "question") this.next();
    });
    this.page.on("next", () => this.next());
    this.page.on("back", () => this.back());
    this.page.on("send", () => void this.send());
    this.page.on("retry", () => void this.send());
    this.page.on("review", () => this.review());
    this.page.on("recode", () => this.recode());
    this.page.on("print", () => window.print());
    this.page.on("change", (element) => this.change(Number(element.dataset["screen"])));
    this.page.on("clear", (element) => this.clearAnswer(element));
    form.addEventListener("change", (event) => this.answered(event.target));
    window.addEventListener("beforeunload", (event) => {
      if (this.hasUnsent()) event.preventDefault();
    });
    window.addEventListener("hashchange", () => this.takeCodeFromAddress());
  }

  /** Takes the code out of the address at once, so that neither history nor a screenshot keeps it. */
  takeCodeFromAddress(): void {
    const fragment = location.hash.slice(1);
    if (fragment === "") return;
    history.replaceState(null, "", location.pathname + location.search);
    if (this.step !== "code") return;
    let typed = fragment;
    try {
      typed = decodeURIComponent(fragment);
    } catch {
      // A stray percent sign: the code check below will name the wrong character.
    }
    this.codeInput.value = typed;
    void this.open();
  }

  private hasUnsent(): boolean {
    const { answers } = this;
    return answers !== null && answers.openCount() < answers.count();
  }

  private go(step: string): void {
    this.step = step;
    this.page.show(step);
  }

  private codeMistake(name: string, values: MessageArguments = {}): void {
    this.page.say("code-error", name, values);
    this.codeInput.setAttribute("aria-invalid", "true");
    this.codeInput.focus();
  }

  private async open(): Promise<void> {
    if (this.busy) return;
    const reading = readCode(this.codeInput.value);
    if ("mistake" in reading) {
      const { mistake, group } = reading;
      const where = group === undefined ? "" : group === 0 ? "-sheet" : "-group";
      this.codeMistake(`code-${mistake}${where}`, { group: group ?? 0 });
      return;
    }
    this.busy = true;
    this.codeInput.removeAttribute("aria-invalid");
    this.page.say("code-error", "code-loading");
    try {
      const { sheet: number, credential } = reading.code;
      const address = this.page.setting("sheetUrl").replace("{n}", encodeURIComponent(number));
      const raw = await fetchJson(address);
      if (raw === null) {
        this.codeMistake("code-unknown-sheet");
        return;
      }
      this.start(parseSheet(raw), credential);
    } catch (error) {
      this.codeMistake(
        error instanceof Error && error.name === "MalformedError"
          ? "sheet-damaged"
          : "sheet-network",
      );
    } finally {
      this.busy = false;
    }
  }

  private start(sheet: Sheet, credential: string): void {
    this.credential = credential;
    this.sealed = null;
    this.page.hush("code-error");
    if (this.sheet?.sheet === sheet.sheet && this.answers !== null) {
      // Only the code was typed anew: what was answered is still there.
      this.sheet = sheet;
      this.review();
      return;
    }
    this.sheet = sheet;
    this.answers = new Answers(sheet);
    const items = sheet.items.map((_, item) => item);
    this.screens =
      sheet.boxes.length === 1
        ? items.map((item) => ({ box: 0, items: [item] }))
        : sheet.boxes.map((_, box) => ({ box, items }));
    this.position = 0;
    this.showScreen();
    void this.prepare(sheet);
  }

  /** Uses the time that answering takes, so that sealing is quick. */
  private async prepare(sheet: Sheet): Promise<void> {
    for (const work of preparations(sheet, systemRandom)) {
      await idle();
      if (this.sheet !== sheet || this.busy) return;
      try {
        work();
      } catch {
        // Sealing will meet the same fault and say so.
        return;
      }
    }
  }

  private showScreen(): void {
    const { sheet, screens, position } = this;
    const screen = screens[position];
    if (sheet === null || screen === undefined) return;
    const single = sheet.boxes.length === 1;
    const unit = sheet.boxes[screen.box]?.unitName ?? "";
    const numbers = { position: position + 1, count: screens.length };
    this.page.say("progress", single ? "progress-question" : "progress-unit", numbers);
    setProgress(this.page.slot("progress-bar"), position + 1, screens.length);
    this.page.slot("group").textContent = sheet.group;
    const firstItem = sheet.items[screen.items[0] ?? 0]?.text ?? "";
    this.page.slot("unit").textContent = single ? unit : "";
    this.page.slot("title").textContent = single ? firstItem : unit;
    const list = this.page.slot("questions");
    list.replaceChildren(...screen.items.map((item) => this.question(screen.box, item, single)));
    this.go("question");
  }

  /** The grades of one item as a group of radio buttons, all alike. */
  private question(box: number, item: number, single: boolean): HTMLElement {
    const { page, sheet, answers } = this;
    const field = page.piece("question");
    const legend = page.slot("item", field);
    legend.textContent = sheet?.items[item]?.text ?? "";
    // On a screen of one item the heading already says it; the legend stays for screen readers.
    legend.classList.toggle("visually-hidden", single);
    const options = page.slot("options", field);
    sheet?.grades.forEach((grade, number) => {
      const option = page.piece("grade");
      const input = required<HTMLInputElement>(option, "input");
      input.type = "radio";
      input.name = `grade-${box}-${item}`;
      input.value = String(number);
      input.autocomplete = "off";
      input.checked = answers?.get(box, item) === number;
      input.dataset["box"] = String(box);
      input.dataset["item"] = String(item);
      page.slot("text", option).textContent = grade.text;
      options.append(option);
    });
    const clear = required<HTMLElement>(field, '[data-action="clear"]');
    clear.hidden = answers?.get(box, item) === null;
    return field;
  }

  private answered(target: EventTarget | null): void {
    if (!(target instanceof HTMLInputElement) || target.type !== "radio") return;
    const { box, item } = target.dataset;
    this.answers?.set(Number(box), Number(item), Number(target.value));
    this.sealed = null;
    const field = target.closest("fieldset");
    const clear = field?.querySelector<HTMLElement>('[data-action="clear"]');
    if (clear) clear.hidden = false;
  }

  private clearAnswer(element: HTMLElement): void {
    const inputs = [...(element.closest("fieldset")?.querySelectorAll("input") ?? [])];
    for (const input of inputs) {
      input.checked = false;
      this.answers?.set(Number(input.dataset["box"]), Number(input.dataset["item"]), null);
    }
    this.sealed = null;
    inputs[0]?.focus();
    element.hidden = true;
  }

  private next(): void {
    if (this.fromReview || this.position + 1 >= this.screens.length) {
      this.review();
      return;
    }
    this.position += 1;
    this.showScreen();
  }

  private back(): void {
    if (this.step === "review") {
      this.fromReview = false;
      this.position = this.screens.length - 1;
      this.showScreen();
    } else if (this.fromReview) {
      this.review();
    } else if (this.position === 0) {
      this.recode();
    } else {
      this.position -= 1;
      this.showScreen();
    }
  }

  private change(screen: number): void {
    this.fromReview = true;
    this.position = screen;
    this.showScreen();
  }

  private recode(): void {
    this.page.hush("code-error");
    this.go("code");
    this.codeInput.focus();
  }

  private review(): void {
    const { page, sheet, answers } = this;
    if (sheet === null || answers === null) return;
    this.fromReview = false;
    const open = answers.openCount();
    const values = { count: answers.count(), answered: answers.count() - open, open };
    page.say("summary", open === 0 ? "summary-full" : "summary-open", values);
    page.slot("answers").replaceChildren(...sheet.boxes.map((_, box) => this.reviewBox(box)));
    this.go("review");
  }

  private reviewBox(box: number): HTMLElement {
    const { page, sheet, answers, screens } = this;
    const part = page.piece("review-unit");
    page.slot("unit", part).textContent = sheet?.boxes[box]?.unitName ?? "";
    const rows = page.slot("rows", part);
    sheet?.items.forEach(({ text }, item) => {
      const row = page.piece("review-row");
      page.slot("item", row).textContent = text;
      const grade = answers?.get(box, item) ?? null;
      const place = page.slot("grade", row);
      if (grade === null) place.replaceChildren(page.message("no-answer"));
      else place.textContent = sheet.grades[grade]?.text ?? "";
      row.classList.toggle("is-open", grade === null);
      const screen = screens.findIndex((s) => s.box === box && s.items.includes(item));
      const button = required<HTMLElement>(row, '[data-action="change"]');
      button.dataset["screen"] = String(screen);
      page.slot("change-item", button).textContent = text;
      rows.append(row);
    });
    return part;
  }

  /** Seals, unless the very same sheet is already sealed, and sends it. */
  private async send(): Promise<void> {
    const { page, sheet, answers } = this;
    if (this.busy || sheet === null || answers === null) return;
    this.busy = true;
    this.go("sending");
    try {
      if (this.sealed === null) await this.seal(sheet, answers);
      page.say("sending-text", "sending");
      const refusal = await this.post(sheetMessage(sheet, this.sealed ?? []));
      if (refusal === null) this.accepted(sheet);
      else this.failed(refusal);
    } catch {
      this.failed(this.sealed === null ? "sealing-failed" : "network");
    } finally {
      this.busy = false;
    }
  }

  private async seal(sheet: Sheet, answers: Answers): Promise<void> {
    const { page } = this;
    const bar = page.slot("sealing");
    setProgress(bar, 0, answers.count());
    page.say("sending-text", "sealing");
    await pause();
    let shown = performance.now();
    this.sealed = await sealSheet(sheet, answers, this.credential, systemRandom, async (done) => {
      // Painting takes longer than sealing an answer.
      if (performance.now() - shown < PAINT_INTERVAL_MS) return;
      setProgress(bar, done, answers.count());
      await pause();
      shown = performance.now();
    });
  }

  /** Sends the sheet; gives `null` when it was accepted, otherwise the name of the message. */
  private async post(body: string): Promise<string | null> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), SEND_TIMEOUT_MS);
    try {
      const answer = await fetch(this.page.setting("submitUrl"), {
        method: "POST",
        credentials: "same-origin",
        headers: { "content-type": "application/json", accept: "application/json" },
        body,
        signal: stop.signal,
      });
      if (answer.ok) return null;
      if (answer.status === 429 || answer.status === 503) return "busy";
      if (answer.status >= 500) return "network";
      const told = (await answer.json().catch(() => null)) as { code?: unknown } | null;
      return typeof told?.code === "string" ? told.code : "refused";
    } finally {
      clearTimeout(timer);
    }
  }

  private failed(reason: string): void {
    const name = this.page.hasMessage(reason) ? reason : "refused";
    this.page.say("failure", name);
    const isCode = CODE_REFUSALS.has(reason);
    const isTransient = ["network", "busy", "sealing-failed"].includes(name);
    required<HTMLElement>(this.page.root, '[data-action="retry"]').hidden = !isTransient;
    required<HTMLElement>(this.page.root, '[data-action="recode"]').hidden = !isCode;
    this.go("failed");
  }

  private accepted(sheet: Sheet): void {
    const { page } = this;
    const sealed = this.sealed ?? [];
    const trackers = sealed.map(({ tracker }, box) => {
      const part = page.pieces("tracker");
      page.slot("unit", part).textContent = sheet.boxes[box]?.unitName ?? "";
      page.slot("tracker", part).textContent = tracker;
      return part;
    });
    const number = receiptNumber(sealed);
    page.slot("number").textContent = number;
    page.slot<HTMLAnchorElement>("link").href = page.setting("receiptUrl") + number;
    page.slot("receipts").replaceChildren(...trackers);
    this.wipe();
    this.go("receipt");
  }

  /** From here on nothing on this device tells what was answered, or with which code. */
  private wipe(): void {
    this.answers?.clear();
    this.answers = null;
    this.sheet = null;
    this.sealed = null;
    this.credential = "";
    this.screens = [];
    this.codeInput.value = "";
    for (const slot of ["questions", "answers", "summary"]) this.page.slot(slot).replaceChildren();
  }
}

whenReady(() => {
  const form = document.querySelector<HTMLFormElement>("form#ballot");
  if (form === null) return;
  const ballot = new BallotPage(form);
  form.classList.add("is-ready");
  ballot.takeCodeFromAddress();
});
