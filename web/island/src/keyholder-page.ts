/** The key holder's two ceremonies: making a key, and opening the boxes with it. */
import { MalformedError, systemRandom } from "./group.ts";
import { Page, fetchJson, pause, required, saveFile, setProgress, whenReady } from "./page.ts";
import { generateKeyPair, parsePrivateKey, partialDecryption, publicKeyOf } from "./trustee.ts";

/** A key file is 80 bytes; anything much larger is another file. */
const MAX_KEY_FILE_BYTES = 4096;

/** The one file chosen in an input, as text. */
async function chosenFile(input: HTMLInputElement): Promise<string> {
  const file = input.files?.[0];
  if (file === undefined || file.size > MAX_KEY_FILE_BYTES) throw new MalformedError("key");
  return file.text();
}

/**
 * Making a key: make and save, then read the saved file back. Only a file that was really read
 * from where it will be kept lets the public key go out: votes have been lost to unreadable media.
 */
function makeKey(form: HTMLFormElement): void {
  const page = new Page(form);
  const field = required<HTMLInputElement>(form, 'input[name="public_key"]');
  const saved = required<HTMLInputElement>(form, 'input[type="file"]');
  let privateKey = "";
  let publicKey = "";

  page.on("make", () => {
    ({ privateKey, publicKey } = generateKeyPair(systemRandom));
    saveFile(page.setting("fileName"), "application/json", privateKey);
    page.show("check");
  });
  page.on("save-again", () => {
    saveFile(page.setting("fileName"), "application/json", privateKey);
  });
  saved.addEventListener("change", () => void check());

  async function check(): Promise<void> {
    page.hush("error");
    try {
      const x = parsePrivateKey(await chosenFile(saved));
      const hex = publicKeyOf(x);
      if (hex !== (JSON.parse(publicKey) as { public_key: string }).public_key) {
        page.say("error", "other-key");
        return;
      }
      field.value = publicKey;
      privateKey = "";
      page.slot("fingerprint").textContent = hex.slice(0, 16).toUpperCase();
      page.show("ready");
    } catch {
      page.say("error", "unreadable-key");
    }
  }

  form.addEventListener("submit", (event) => {
    // Without a checked key there is nothing to hand in; the file itself has no name and stays here.
    if (field.value === "") event.preventDefault();
  });
}

/** One box to open, as the server describes it. */
interface BoxWork {
  readonly id: string;
  readonly election: string;
  readonly encryptedTally: string;
  readonly tallied?: number;
}

interface OpenWork {
  /** The holder's public key, hexadecimal: a wrong file is noticed before anything is computed. */
  readonly publicKey?: string;
  /** Boxes with fewer tallied ballots are never opened. */
  readonly minimum?: number;
  readonly boxes: readonly BoxWork[];
}

/** Opening the boxes: computes this holder's shares from the key file and hands them in. */
function openBoxes(form: HTMLFormElement): void {
  const page = new Page(form);
  const field = required<HTMLInputElement>(form, 'input[name="shares"]');
  const keyFile = required<HTMLInputElement>(form, 'input[type="file"]');
  let busy = false;

  page.on("open", () => void open());
  form.addEventListener("submit", (event) => {
    if (field.value === "") {
      event.preventDefault();
      void open();
    }
  });

  async function open(): Promise<void> {
    if (busy) return;
    busy = true;
    page.hush("error");
    try {
      await compute();
    } catch (error) {
      const malformed = error instanceof MalformedError ? error.what : null;
      const isKey = malformed === "key" || malformed === "scalar";
      page.say("error", isKey ? "unreadable-key" : malformed === null ? "network" : "damaged");
      page.show("choose");
    } finally {
      busy = false;
    }
  }

  async function compute(): Promise<void> {
    const x = parsePrivateKey(await chosenFile(keyFile));
    const work = (await fetchJson(page.setting("workUrl"))) as OpenWork | null;
    if (work === null || !Array.isArray(work.boxes)) throw new MalformedError("tally");
    if (work.publicKey !== undefined && work.publicKey !== publicKeyOf(x)) {
      page.say("error", "other-key");
      return;
    }
    const minimum = work.minimum ?? 0;
    const small = work.boxes.find(({ tallied }) => (tallied ?? minimum) < minimum);
    if (small !== undefined) {
      // Opening it would show what a handful of people answered: refused here as on the server.
      page.say("error", "below-minimum", { box: small.id, minimum });
      return;
    }
    page.show("working");
    const shares: { box: string; partialDecryption: string }[] = [];
    for (const box of work.boxes) {
      setProgress(page.slot("bar"), shares.length, work.boxes.length);
      page.say("count", "opening", { done: shares.length, total: work.boxes.length });
      await pause();
      const share = partialDecryption(box.election, box.encryptedTally, x, systemRandom);
      shares.push({ box: box.id, partialDecryption: share });
    }
    setProgress(page.slot("bar"), shares.length, work.boxes.length);
    field.value = JSON.stringify({ shares });
    form.submit();
  }
}

whenReady(() => {
  const make = document.querySelector<HTMLFormElement>("form#make-key");
  if (make !== null) makeKey(make);
  const open = document.querySelector<HTMLFormElement>("form#open-boxes");
  if (open !== null) openBoxes(open);
});
