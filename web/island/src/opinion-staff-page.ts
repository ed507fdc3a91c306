/**
 * Pages of handlers and second persons: making a key, opening what was sealed to it, answering, taking
 * the outer layer of an identity off. The key stays in this tab.
 */
import { base64 } from "@scure/base";
import { type OpinionKey, keyIn, makeOpinionKey, openOpinionKey, sealOpinionKey } from "./opinion-key.ts";
import {
  type Enclosure,
  NotForThisKey,
  open,
  peelIdentity,
  readIdentity,
  readText,
  seal,
} from "./opinion-seal.ts";
import { Page, pause, required, saveFile, whenReady } from "./page.ts";
import { isStrongPassphrase, suggestPassphrase } from "./passphrase.ts";

/** Where the open key stands until the tab is closed or locked. */
const SESSION = "gongping-opinion-key";

interface Work {
  readonly opened: boolean;
  readonly sealed: string | null;
  readonly open: string | null;
  readonly messages: readonly { readonly at: string; readonly by_filer: boolean; readonly sealed: string }[];
  readonly answer_to: readonly string[];
  readonly outer: string | null;
  readonly inner: string | null;
}

async function keyFromForm(page: Page): Promise<OpinionKey | "passphrase" | "unreadable"> {
  const file = page.slot<HTMLInputElement>("file").files?.[0];
  if (file === undefined) return "unreadable";
  const bytes = new Uint8Array(await file.arrayBuffer());
  return openOpinionKey(bytes, page.slot<HTMLInputElement>("passphrase").value);
}

/** Shows that something takes a moment, and does it. */
async function working<T>(page: Page, act: () => Promise<T>): Promise<T> {
  const place = page.slot("working");
  place.hidden = false;
  await pause();
  try {
    return await act();
  } finally {
    place.hidden = true;
  }
}

/** Making a key: make and save, then prove that the saved file opens. Only then is it registered. */
function keyPage(form: HTMLFormElement): void {
  const page = new Page(form);
  form.hidden = false;
  let key: OpinionKey | null = null;
  let file = new Uint8Array();
  const save = (): void => saveFile(page.setting("fileName"), "application/octet-stream", file);
  page.on("suggest", () => {
    page.slot<HTMLInputElement>("new-passphrase").value = suggestPassphrase();
  });
  page.on("make", () => void make());
  page.on("save", save);

  async function make(): Promise<void> {
    page.hush("error");
    const passphrase = page.slot<HTMLInputElement>("new-passphrase").value;
    if (!isStrongPassphrase(passphrase)) return page.say("error", "weak");
    await working(page, async () => {
      key = await makeOpinionKey();
      file = await sealOpinionKey(key, passphrase);
    });
    save();
    page.show("prove");
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void prove();
  });

  async function prove(): Promise<void> {
    page.hush("error");
    const read = await keyFromForm(page);
    if (typeof read === "string") return page.say("error", read);
    if (read.recipient !== key?.recipient) return page.say("error", "other-key");
    required<HTMLInputElement>(form, 'input[name="recipient"]').value = read.recipient;
    form.submit();
  }
}

class OpinionPage {
  private key: OpinionKey | null = null;
  private readonly unlock: Page | null;

  constructor(private readonly work: Work) {
    const form = document.querySelector<HTMLFormElement>("form#opinion-unlock");
    this.unlock = form === null ? null : new Page(form);
  }

  async start(): Promise<void> {
    this.answering();
    this.releasing();
    if (this.unlock === null) return this.reveal();
    const { unlock } = this;
    unlock.root.hidden = false;
    unlock.on("lock", () => {
      sessionStorage.removeItem(SESSION);
      location.replace(location.pathname.replace(/\/(open|identity\/open)$/, ""));
    });
    unlock.root.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.openKey(unlock);
    });
    const kept = await keyIn(sessionStorage.getItem(SESSION) ?? "");
    if (kept !== null) await this.use(kept);
  }

  private async openKey(unlock: Page): Promise<void> {
    unlock.hush("error");
    const key = await working(unlock, () => keyFromForm(unlock));
    if (typeof key === "string") return unlock.say("error", key);
    sessionStorage.setItem(SESSION, key.identity);
    await this.use(key);
  }

  private async use(key: OpinionKey): Promise<void> {
    this.key = key;
    this.unlock?.show("unlocked");
    try {
      await this.reveal();
      const release = document.querySelector<HTMLFormElement>("form#opinion-release");
      if (release !== null) release.hidden = false;
    } catch (error) {
      if (!(error instanceof NotForThisKey)) throw error;
      sessionStorage.removeItem(SESSION);
      this.key = null;
      this.unlock?.show("locked");
      this.unlock?.say("error", "not-for-this-key");
    }
  }

  /** Shows what was handed out. */
  private async reveal(): Promise<void> {
    const { work, key } = this;
    const section = document.querySelector<HTMLElement>("section#opinion-text");
    if (section !== null && work.opened) {
      const page = new Page(section);
      const content =
        work.open !== null
          ? { text: work.open, when: "", files: [] }
          : readText(await open(work.sealed ?? "", key?.identity ?? ""));
      page.slot("text").textContent = content.text;
      page.slot("when").textContent = content.when;
      page.slot("files").replaceChildren(...content.files.map((file) => picture(page, file)));
      const messages: HTMLElement[] = [];
      for (const message of work.messages) {
        const piece = page.piece("message");
        page.slot("who", piece).append(page.message(message.by_filer ? "filer" : "handler"));
        page.slot("at", piece).textContent = message.at;
        const said = page.slot("said", piece);
        try {
          if (key === null) throw new NotForThisKey();
          said.textContent = await open(message.sealed, key.identity);
        } catch {
          said.append(page.message("unreadable"));
        }
        messages.push(piece);
      }
      page.slot("messages").replaceChildren(...messages);
      section.hidden = false;
    }
    const identity = document.querySelector<HTMLElement>("section#opinion-identity");
    if (identity !== null && work.inner !== null && key !== null) {
      const page = new Page(identity);
      const filer = readIdentity(await open(work.inner, key.identity));
      page.slot("name").textContent = filer.name;
      page.slot("contact").textContent = filer.contact;
      identity.hidden = false;
    }
  }

  private answering(): void {
    const form = document.querySelector<HTMLFormElement>("form#opinion-answer");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.answer(form);
    });
  }

  private async answer(form: HTMLFormElement): Promise<void> {
    const field = new Page(form).slot<HTMLTextAreaElement>("answer");
    const text = field.value.trim();
    field.setAttribute("aria-invalid", String(text === ""));
    if (text === "") return field.focus();
    const sealed = await seal(text, this.work.answer_to);
    required<HTMLInputElement>(form, 'input[name="sealed"]').value = sealed;
    const count = String(this.work.answer_to.length);
    required<HTMLInputElement>(form, 'input[name="recipients"]').value = count;
    form.submit();
  }

  private releasing(): void {
    const form = document.querySelector<HTMLFormElement>("form#opinion-release");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.release(form);
    });
  }

  private async release(form: HTMLFormElement): Promise<void> {
    try {
      const inner = await peelIdentity(this.work.outer ?? "", this.key?.identity ?? "");
      required<HTMLInputElement>(form, 'input[name="inner"]').value = inner;
      form.submit();
    } catch (error) {
      if (!(error instanceof NotForThisKey)) throw error;
      this.unlock?.show("locked");
      this.unlock?.say("error", "not-for-this-key");
    }
  }
}

/** A picture, shown from memory: only kinds that were drawn on the filer's device. */
function picture(page: Page, file: Enclosure): HTMLElement {
  const piece = page.piece("file");
  const isPicture = file.type === "image/jpeg" && base64.decode(file.data).length > 0;
  if (isPicture) page.slot<HTMLImageElement>("picture", piece).src = `data:image/jpeg;base64,${file.data}`;
  return piece;
}

whenReady(() => {
  const form = document.querySelector<HTMLFormElement>("form#opinion-key");
  if (form !== null) keyPage(form);
  const data = document.querySelector<HTMLScriptElement>("script#opinion-work");
  if (data !== null) void new OpinionPage(JSON.parse(data.textContent ?? "{}") as Work).start();
});
