/** The code issuer's page: codes are made on this machine, and only public keys leave it. */
import {
  type CodeLists,
  type SheetWork,
  derivationCount,
  makeCodes,
  secretTable,
} from "./codes.ts";
import { systemRandom } from "./group.ts";
import { Page, fetchJson, pause, required, saveFile, setProgress, whenReady } from "./page.ts";

function codesPage(form: HTMLFormElement): void {
  const page = new Page(form);
  const field = required<HTMLInputElement>(form, 'input[name="public_credentials"]');
  let lists: CodeLists | null = null;
  let busy = false;

  page.on("make", () => void make());
  page.on("save", () => save());
  form.addEventListener("submit", (event) => {
    if (field.value === "") event.preventDefault();
  });
  window.addEventListener("beforeunload", (event) => {
    // Codes that were made and neither saved nor handed in would be lost without a word.
    if (lists !== null && field.value === "") event.preventDefault();
  });

  async function make(): Promise<void> {
    if (busy) return;
    busy = true;
    page.hush("error");
    try {
      const work = (await fetchJson(page.setting("workUrl"))) as { sheets: SheetWork[] };
      const total = derivationCount(work.sheets);
      page.show("working");
      lists = await makeCodes(work.sheets, systemRandom, async (done) => {
        setProgress(page.slot("bar"), done, total);
        page.say("count", "making", { done, total });
        await pause();
      });
      page.say("made", "made", { codes: lists.secret.length, boxes: lists.public.boxes.length });
      page.show("save");
    } catch {
      page.show("start");
      page.say("error", "network");
    } finally {
      busy = false;
    }
  }

  function save(): void {
    if (lists === null) return;
    const header = page.setting("csvHeader").split(",");
    saveFile(page.setting("fileName"), "text/csv", secretTable(header, lists.secret));
    field.value = JSON.stringify(lists.public);
    page.show("submit");
  }
}

whenReady(() => {
  const form = document.querySelector<HTMLFormElement>("form#codes");
  if (form !== null) codesPage(form);
});
