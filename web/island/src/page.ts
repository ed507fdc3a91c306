/**
 * Small helpers over server-rendered pages. Every sentence a person reads comes from the page:
 * `data-step` sections, `data-slot` places, `<template data-template>` pieces and
 * `<template data-message>` messages with `{name}` placeholders.
 */

/** Values for the placeholders of a message. */
export type MessageArguments = Readonly<Record<string, string | number>>;

/** The pieces of one page or form. */
export class Page {
  constructor(readonly root: HTMLElement) {}

  /** The value of a `data-…` attribute of the root that the script cannot do without. */
  setting(name: string): string {
    const value = this.root.dataset[name];
    if (value === undefined) throw new Error(`the page lacks the attribute for ${name}`);
    return value;
  }

  /** The element with this slot name inside a part of the page. */
  slot<T extends HTMLElement = HTMLElement>(name: string, within: ParentNode = this.root): T {
    return required<T>(within, `[data-slot="${name}"]`);
  }

  /** A fresh copy of a template's single element. */
  piece(name: string): HTMLElement {
    const template = required<HTMLTemplateElement>(this.root, `template[data-template="${name}"]`);
    const copy = template.content.firstElementChild?.cloneNode(true);
    if (!(copy instanceof HTMLElement)) throw new Error(`the template ${name} is empty`);
    return copy;
  }

  /** A fresh copy of all that a template holds. */
  pieces(name: string): DocumentFragment {
    const selector = `template[data-template="${name}"]`;
    const template = required<HTMLTemplateElement>(this.root, selector);
    return template.content.cloneNode(true) as DocumentFragment;
  }

  /** Whether the page has a message of this name. */
  hasMessage(name: string): boolean {
    return this.root.querySelector(`template[data-message="${CSS.escape(name)}"]`) !== null;
  }

  /** A message as nodes, its placeholders filled. */
  message(name: string, values: MessageArguments = {}): DocumentFragment {
    const selector = `template[data-message="${CSS.escape(name)}"]`;
    const copy = required<HTMLTemplateElement>(this.root, selector).content.cloneNode(true);
    const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      node.nodeValue = (node.nodeValue ?? "").replace(/\{(\w+)\}/g, (all, key: string) =>
        key in values ? String(values[key]) : all,
      );
    }
    return copy as DocumentFragment;
  }

  /** Puts a message into a slot; an element with `aria-live` or `role=alert` announces it. */
  say(slot: string, name: string, values: MessageArguments = {}): void {
    const place = this.slot(slot);
    place.replaceChildren(this.message(name, values));
    place.hidden = false;
  }

  /** Empties a slot. */
  hush(slot: string): void {
    const place = this.slot(slot);
    place.replaceChildren();
    place.hidden = true;
  }

  /** Shows one step, hides the others and moves the focus to its heading. */
  show(step: string): void {
    for (const section of this.root.querySelectorAll<HTMLElement>("[data-step]")) {
      section.hidden = section.dataset["step"] !== step;
    }
    const heading = this.root.querySelector<HTMLElement>(
      `[data-step="${step}"] :is(h1, h2)[tabindex="-1"]`,
    );
    heading?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }

  /** Calls a function when an element with this `data-action` is clicked. */
  on(action: string, run: (element: HTMLElement) => void): void {
    this.root.addEventListener("click", (event) => {
      const origin = event.target instanceof Element ? event.target : null;
      const element = origin?.closest<HTMLElement>(`[data-action="${action}"]`);
      if (element) run(element);
    });
  }
}

/** The element that a selector must find. */
export function required<T extends HTMLElement>(within: ParentNode, selector: string): T {
  const found = within.querySelector<T>(selector);
  if (found === null) throw new Error(`the page lacks ${selector}`);
  return found;
}

/** Lets the browser paint and answer to input between two pieces of work. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Waits until the browser has nothing better to do, or for a moment where it cannot tell. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => resolve());
    else setTimeout(resolve, 200);
  });
}

/** Shows how far a piece of work is. */
export function setProgress(bar: HTMLElement, done: number, total: number): void {
  if (!(bar instanceof HTMLProgressElement)) return;
  bar.max = Math.max(total, 1);
  bar.value = done;
}

/** Offers a text or bytes as a file to save; nothing leaves the machine. */
export function saveFile(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // Old browsers read the file after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Fetches JSON from the page's own server, or gives `null` for "not found". */
export async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url, {
    credentials: "same-origin",
    headers: { accept: "application/json" },
    cache: "no-store",
  });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

/** Runs a function once the page is parsed. */
export function whenReady(run: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run);
  else run();
}
