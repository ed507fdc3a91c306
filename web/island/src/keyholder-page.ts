/**
 * The key holder's pages: making a key, answering each step of the ceremony, rehearsing, opening
 * the boxes. The server hands out work orders and takes answers; the secret stays here.
 */
import { CeremonyError, certify, conclude, newSecret, openKey, polynomial } from "./ceremony.ts";
import { MalformedError, systemRandom } from "./group.ts";
import {
  type KeyFile,
  KeyFileError,
  MAX_KEY_FILE_BYTES,
  isStrongPassphrase,
  openKeyFile,
  readPlainKeyFile,
  sealKeyFile,
  suggestPassphrase,
} from "./key-file.ts";
import { type KeySheetReading, canReadPictures, fillKeySheet, readKeySheet, readPicture } from "./key-sheet.ts";
import { LETTERS, toLetters, withoutSeparators } from "./letters.ts";
import { Page, fetchJson, pause, required, saveFile, setProgress, whenReady } from "./page.ts";
import { partialDecryption } from "./trustee.ts";

type Medium = "file" | "sheet";

/** One box to open, as the server describes it. */
interface BoxWork {
  readonly id: string;
  readonly election: string;
  readonly encryptedTally: string;
  readonly ballots: number;
  readonly minimum: number;
}

type Task =
  | { readonly kind: "certificate" }
  | { readonly kind: "polynomial"; readonly certificates: readonly string[] }
  | { readonly kind: "output"; readonly certificates: readonly string[]; readonly input: string }
  | {
      readonly kind: "rehearsal";
      readonly sealedKey: string;
      readonly election: string;
      readonly encryptedTally: string;
    }
  | { readonly kind: "shares"; readonly sealedKey: string; readonly boxes: readonly BoxWork[] }
  | { readonly kind: "wait" }
  | { readonly kind: "nothing" };

/** A work order. */
interface Work {
  readonly format: "gongping-key-work-v1";
  readonly appraisal: string;
  readonly seat: string;
  readonly number: number;
  readonly threshold: number;
  readonly size: number;
  readonly onRecord: { readonly certificate?: string };
  readonly task: Task;
}

/** Something to say to the holder: a message of the page with its values. */
class Problem extends Error {
  constructor(
    readonly say: string,
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(say);
  }
}

const KEY_FILE_MESSAGES = {
  "weak-passphrase": "weak",
  passphrase: "passphrase",
  "not-a-key-file": "unreadable",
  "other-appraisal": "other-appraisal",
  "other-seat": "other-seat",
} as const;

/** A form in which a holder acts with a secret. */
class KeyForm extends Page {
  private busy = false;
  /** What a photograph of the sheet said. */
  private picture: KeySheetReading | null = null;

  constructor(readonly form: HTMLFormElement) {
    super(form);
  }

  /** The element of a slot, where the form has it. */
  find<T extends HTMLElement>(name: string): T | null {
    return this.form.querySelector<T>(`[data-slot="${name}"]`);
  }

  text(name: string): string {
    return this.find<HTMLInputElement>(name)?.value ?? "";
  }

  /** Runs one thing at a time and says what goes wrong. */
  async run(act: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.hush("error");
    const working = this.find("working");
    if (working !== null) working.hidden = false;
    // Key files take a second to open, during which nothing is painted.
    await pause();
    try {
      await act();
    } catch (error) {
      const { say, values } = explain(error, this.setting("appraisal"));
      this.say("error", say, values);
      this.slot("error").scrollIntoView({ block: "center" });
    } finally {
      this.busy = false;
      if (working !== null) working.hidden = true;
    }
  }

  async work(): Promise<Work> {
    const work = (await fetchJson(this.setting("workUrl"))) as Work | null;
    if (work?.format !== "gongping-key-work-v1") throw new Problem("nothing");
    return work;
  }

  /** The secret from the file that was chosen. */
  async fromFile(): Promise<string> {
    const file = this.find<HTMLInputElement>("file")?.files?.[0];
    if (file === undefined || file.size > MAX_KEY_FILE_BYTES) throw new Problem("unreadable");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const expected = { appraisal: this.setting("appraisal"), seat: this.setting("seat") };
    const plain = readPlainKeyFile(bytes, expected);
    if (plain !== null) return plain.secret;
    return (await openKeyFile(bytes, this.text("passphrase"), expected)).secret;
  }

  /** The secret from what was typed from the sheet. */
  fromSheet(): string {
    const typed = this.text("letters");
    const reading = this.picture ?? readKeySheet(typed);
    if ("secret" in reading) {
      const { appraisal = this.setting("appraisal"), seat = this.setting("seat") } = reading;
      if (appraisal !== this.setting("appraisal")) {
        throw new Problem("other-appraisal", { appraisal });
      }
      if (seat !== this.setting("seat")) throw new Problem("other-seat");
      return reading.secret;
    }
    const count = [...withoutSeparators(typed)].length;
    if (count !== LETTERS) throw new Problem("letters-length", { count });
    if (reading.group === undefined) throw new Problem("letters-anywhere");
    throw new Problem("letters", { group: reading.group });
  }

  /** Which medium the holder chose, or the only one that the form offers. */
  medium(): Medium {
    const chosen = this.form.querySelector<HTMLInputElement>('input[type="radio"]:checked');
    if (chosen !== null) return chosen.value === "sheet" ? "sheet" : "file";
    return this.find("letters") === null ? "file" : "sheet";
  }

  async secret(): Promise<{ readonly secret: string; readonly medium: Medium }> {
    const medium = this.medium();
    return { secret: medium === "file" ? await this.fromFile() : this.fromSheet(), medium };
  }

  answer(work: Work, content: unknown): void {
    const { appraisal, seat } = work;
    const answer = { format: "gongping-key-answer-v1", appraisal, seat, content };
    required<HTMLInputElement>(this.form, 'input[name="answer"]').value = JSON.stringify(answer);
  }

  /** Shows the fields of the chosen medium, and offers photos where the browser reads codes. */
  prepareMedia(): void {
    const media = this.form.querySelectorAll<HTMLElement>("[data-medium]");
    const show = (): void => {
      const medium = this.medium();
      for (const part of media) part.hidden = part.dataset["medium"] !== medium;
    };
    if (media.length > 1) this.form.addEventListener("change", show);
    const photo = this.find<HTMLInputElement>("photo");
    if (photo === null) return;
    void canReadPictures().then((can) => {
      const field = this.find("photo-field");
      if (field !== null) field.hidden = !can;
    });
    photo.addEventListener("change", () => {
      void this.run(async () => {
        const file = photo.files?.[0];
        const reading = file === undefined ? null : await readPicture(file);
        if (reading === null || !("secret" in reading)) throw new Problem("photo");
        this.picture = reading;
        this.slot<HTMLInputElement>("letters").value = toLetters(reading.secret);
      });
    });
    // What is typed after a photograph was read counts, not the photograph.
    this.find("letters")?.addEventListener("input", () => (this.picture = null));
  }
}

function explain(error: unknown, appraisal: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof KeyFileError) {
    return new Problem(KEY_FILE_MESSAGES[error.reason], { appraisal });
  }
  if (error instanceof CeremonyError) {
    if (error.reason === "not-among-them") return new Problem("other-key");
    return error.holder === undefined
      ? new Problem("damaged")
      : new Problem("holder", { holder: error.holder });
  }
  return new Problem(error instanceof MalformedError ? "damaged" : "network");
}

/** Whether the certificate on record was made with this secret. */
function isOnRecord(work: Work, secret: string): boolean {
  const certificate = work.onRecord.certificate;
  if (certificate === undefined) return false;
  const { number, threshold, size } = work;
  const keys = (text: string): unknown => {
    const { message } = JSON.parse(text) as { message: string };
    const { verification, encryption } = JSON.parse(message) as Record<string, unknown>;
    return [verification, encryption].join();
  };
  return keys(certificate) === keys(certify(secret, { number, threshold, size }));
}

/**
 * Making a key: make and save, print, then read both back. Only a key that was really read from
 * where it will be kept lets the certificate go out: votes have been lost to unreadable media.
 */
function makeKey(page: KeyForm): void {
  let key: KeyFile = { appraisal: "", seat: "", secret: "" };
  let file = new Uint8Array();

  const save = (): void => saveFile(page.setting("fileName"), "application/octet-stream", file);

  page.on("suggest", () => {
    page.slot<HTMLInputElement>("new-passphrase").value = suggestPassphrase();
    page.slot<HTMLInputElement>("again").focus();
  });
  page.on("make", () => {
    void page.run(async () => {
      const passphrase = page.text("new-passphrase");
      if (!isStrongPassphrase(passphrase)) throw new Problem("weak");
      if (passphrase.trim() !== page.text("again").trim()) throw new Problem("differ");
      const [appraisal, seat] = [page.setting("appraisal"), page.setting("seat")];
      key = { appraisal, seat, secret: newSecret() };
      file = await sealKeyFile(key, passphrase);
      save();
      page.show("print");
    });
  });
  page.on("save-again", save);
  page.on("print", () => printSheet(page.piece("sheet"), key));
  page.on("printed", () => page.show("check"));
  page.on("check", () => {
    void page.run(async () => {
      const read = [await page.fromFile(), page.fromSheet()];
      if (read.some((secret) => secret !== key.secret)) throw new Problem("other-key");
      const work = await page.work();
      if (work.task.kind !== "certificate") throw new Problem("nothing");
      const message = certify(key.secret, work);
      page.answer(work, { kind: "message", round: "certificate", message });
      key = { ...key, secret: "" };
      file = new Uint8Array();
      page.show("ready");
    });
  });
  page.form.addEventListener("submit", (event) => {
    // Without a checked key there is nothing to hand in.
    if (required<HTMLInputElement>(page.form, 'input[name="answer"]').value === "") {
      event.preventDefault();
    }
  });
}

/** Prints the sheet alone; its secret is on the page only while that lasts. */
function printSheet(sheet: HTMLElement, key: KeyFile): void {
  fillKeySheet(sheet, key);
  document.body.append(sheet);
  document.body.classList.add("prints-key-sheet");
  window.addEventListener(
    "afterprint",
    () => {
      document.body.classList.remove("prints-key-sheet");
      sheet.remove();
    },
    { once: true },
  );
  window.print();
}

/** Answers whatever the work order asks for, and hands the answer in. */
function takeTurn(page: KeyForm): void {
  page.prepareMedia();
  const act = (): void => {
    void page.run(async () => {
      const { secret, medium } = await page.secret();
      const work = await page.work();
      if (!isOnRecord(work, secret)) throw new Problem("other-key");
      page.answer(work, await contentOf(page, work, secret, medium));
      page.form.submit();
    });
  };
  page.on("turn", act);
  page.form.addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

async function contentOf(
  page: KeyForm,
  work: Work,
  secret: string,
  medium: Medium,
): Promise<unknown> {
  const { task } = work;
  switch (task.kind) {
    case "polynomial": {
      const message = await polynomial(secret, task.certificates);
      return { kind: "message", round: task.kind, message };
    }
    case "output": {
      const message = await conclude(secret, task.certificates, task.input);
      return { kind: "message", round: task.kind, message };
    }
    case "rehearsal": {
      const key = await openKey(secret, task.sealedKey);
      const share = partialDecryption(task.election, task.encryptedTally, key, systemRandom);
      return { kind: "practice_share", medium, share };
    }
    case "shares":
      return { kind: "shares", shares: await sharesOf(page, task, secret) };
    default:
      throw new Problem("nothing");
  }
}

async function sharesOf(
  page: KeyForm,
  task: { readonly sealedKey: string; readonly boxes: readonly BoxWork[] },
  secret: string,
): Promise<Record<string, string>> {
  const small = task.boxes.find(({ ballots, minimum }) => ballots < minimum);
  if (small !== undefined) {
    // Opening it would show what a handful of people answered: refused here as on the server.
    throw new Problem("below-minimum", { box: small.id, minimum: small.minimum });
  }
  const key = await openKey(secret, task.sealedKey);
  const shares: Record<string, string> = {};
  let done = 0;
  for (const { id, election, encryptedTally } of task.boxes) {
    setProgress(page.slot("bar"), done, task.boxes.length);
    page.say("count", "opening", { done, total: task.boxes.length });
    await pause();
    shares[id] = partialDecryption(election, encryptedTally, key, systemRandom);
    done += 1;
  }
  setProgress(page.slot("bar"), done, task.boxes.length);
  return shares;
}

/** Says whether the public record holds the holder's key. */
function checkRecord(page: KeyForm): void {
  page.prepareMedia();
  const act = (): void => {
    void page.run(async () => {
      page.hush("verdict");
      const { secret } = await page.secret();
      const holds = isOnRecord(await page.work(), secret);
      const verdict = page.slot("verdict");
      verdict.className = holds ? "notice notice-good" : "notice notice-bad";
      page.say("verdict", holds ? "on-record" : "not-on-record");
    });
  };
  page.on("check", act);
  page.form.addEventListener("submit", (event) => {
    event.preventDefault();
    act();
  });
}

whenReady(() => {
  const each = (selector: string, prepare: (page: KeyForm) => void): void => {
    for (const form of document.querySelectorAll<HTMLFormElement>(selector)) {
      prepare(new KeyForm(form));
    }
  };
  each("form#make-key", makeKey);
  each("form.turn-key", takeTurn);
  each("form.check-key", checkRecord);
});
