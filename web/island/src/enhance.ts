/** Comfort on top of pages that work without script: partial loading, sorting, printing, copying. */
import htmx from "htmx.org";
import { whenReady } from "./page.ts";

// The content security policy forbids both; asking for them would only fill the console.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

/** What a cell sorts by: its `data-value`, or its text. */
function sortKey(row: HTMLTableRowElement, column: number): string {
  const cell = row.cells[column];
  return cell?.dataset["value"] ?? cell?.textContent?.trim() ?? "";
}

function sortBy(table: HTMLTableElement, header: HTMLTableCellElement): void {
  const body = table.tBodies[0];
  if (body === undefined) return;
  const descending = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const column = header.cellIndex;
  const isNumber = header.dataset["sort"] === "number";
  const language = new Intl.Collator(document.documentElement.lang || "zh-Hans", { numeric: true });
  const compare = (a: HTMLTableRowElement, b: HTMLTableRowElement): number => {
    const [left, right] = [sortKey(a, column), sortKey(b, column)];
    // A cell without a number sorts after all that have one.
    const number = (text: string): number =>
      text === "" ? Infinity : Number(text.replace(/[,%\s]/g, ""));
    return isNumber ? number(left) - number(right) || 0 : language.compare(left, right);
  };
  const rows = [...body.rows].sort(compare);
  body.append(...(descending ? rows.reverse() : rows));
}

/** Puts a button into each `th[data-sort]`, so that sorting works from the keyboard too. */
function makeSortable(table: HTMLTableElement): void {
  for (const header of table.querySelectorAll<HTMLTableCellElement>("th[data-sort]")) {
    if (header.querySelector("button") !== null) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort-button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => sortBy(table, header));
  }
}

/** Shows only the rows that contain what is typed into `input[data-filter="table id"]`. */
function filterRows(input: HTMLInputElement): void {
  const table = document.getElementById(input.dataset["filter"] ?? "");
  if (!(table instanceof HTMLTableElement)) return;
  const wanted = input.value.normalize("NFKC").trim().toLowerCase();
  for (const row of table.tBodies[0]?.rows ?? []) {
    row.hidden = !(row.textContent ?? "").normalize("NFKC").toLowerCase().includes(wanted);
  }
}

async function copyFrom(button: HTMLElement): Promise<void> {
  const text = document.getElementById(button.dataset["copy"] ?? "")?.textContent?.trim() ?? "";
  await navigator.clipboard.writeText(text);
  const label = button.dataset["copied"];
  if (label === undefined) return;
  const before = button.textContent;
  button.textContent = label;
  setTimeout(() => (button.textContent = before), 2000);
}

function toggle(button: HTMLElement): void {
  const isOpen = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!isOpen));
  document
    .getElementById(button.getAttribute("aria-controls") ?? "")
    ?.classList.toggle("is-open", !isOpen);
}

function enhance(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>("table[data-sortable]")) {
    makeSortable(table);
  }
}

document.addEventListener("click", (event) => {
  const origin = event.target instanceof Element ? event.target : null;
  if (origin?.closest("[data-print]")) window.print();
  const copy = origin?.closest<HTMLElement>("[data-copy]");
  if (copy) void copyFrom(copy);
  const toggler = origin?.closest<HTMLElement>("[data-toggle]");
  if (toggler) toggle(toggler);
});

document.addEventListener("input", (event) => {
  const input = event.target;
  if (input instanceof HTMLInputElement && input.dataset["filter"]) filterRows(input);
});

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target instanceof HTMLFormElement ? event.target : null;
    const question = event.submitter?.dataset["confirm"] ?? form?.dataset["confirm"];
    if (question !== undefined && !window.confirm(question)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);

whenReady(() => {
  document.documentElement.classList.add("has-script");
  enhance(document);
  document.body.addEventListener("htmx:load", (event) => {
    if (event.target instanceof Element) enhance(event.target);
  });
});
