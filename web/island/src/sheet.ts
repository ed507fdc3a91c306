/** A sheet: what one respondent answers at once, as the server describes it, and its answers. */
import { type Choice, type Election, Sealer, parseElection, tracker } from "./ballot.ts";
import { generateCredential } from "./credential.ts";
import { FixedBase } from "./fixed-base.ts";
import { MalformedError, type RandomSource } from "./group.ts";

/** An item (评议内容). */
export interface Item {
  readonly id: string;
  readonly text: string;
}

/** A grade (等次). */
export interface Grade {
  readonly id: string;
  readonly text: string;
  /** True for an answer that the protocol counts as a blank vote. */
  readonly blank?: boolean;
}

/** A box: one unit as this respondent group sees it. */
export interface Box {
  readonly id: string;
  readonly unitName: string;
  readonly election: Election;
}

/** A whole sheet. */
export interface Sheet {
  readonly sheet: string;
  readonly group: string;
  readonly items: readonly Item[];
  readonly grades: readonly Grade[];
  readonly boxes: readonly Box[];
}

/** Reads a sheet's JSON; the election of each box must ask exactly the items and grades shown. */
export function parseSheet(raw: unknown): Sheet {
  const { sheet, group, items, grades, boxes } = (raw ?? {}) as Record<string, unknown>;
  if (typeof sheet !== "string" || !isList(items) || !isList(grades) || !isList(boxes)) {
    throw new MalformedError("election");
  }
  const read = {
    sheet,
    group: typeof group === "string" ? group : "",
    items: items as unknown as Item[],
    grades: grades as unknown as Grade[],
    boxes: boxes.map((box) => ({
      id: String(box["id"]),
      unitName: String(box["unitName"]),
      election: parseElection(String(box["election"])),
    })),
  };
  const voted = read.grades.filter(({ blank }) => blank !== true).length;
  const hasBlank = voted < read.grades.length;
  for (const { election } of read.boxes) {
    const fits =
      election.questions.length === read.items.length &&
      election.questions.every(
        (question) => question.answers.length === voted && (question.blank === true || !hasBlank),
      );
    if (!fits) throw new MalformedError("election");
  }
  return read;
}

function isList(value: unknown): value is Record<string, unknown>[] {
  return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === "object" && v);
}

/** The answers of one person, in memory only: the number of a grade, or `null` for none. */
export class Answers {
  private readonly chosen: (number | null)[][];

  constructor(private readonly sheet: Sheet) {
    this.chosen = sheet.boxes.map(() => sheet.items.map(() => null));
  }

  get(box: number, item: number): number | null {
    return this.chosen[box]?.[item] ?? null;
  }

  set(box: number, item: number, grade: number | null): void {
    const row = this.chosen[box];
    if (row !== undefined) row[item] = grade;
  }

  /** How many questions have no answer. */
  openCount(): number {
    return this.chosen.flat().filter((grade) => grade === null).length;
  }

  /** How many questions there are. */
  count(): number {
    return this.chosen.flat().length;
  }

  /** Forgets everything. */
  clear(): void {
    for (const row of this.chosen) row.fill(null);
  }

  /** The choices of one box as the protocol wants them. */
  choices(box: number): Choice[] {
    return this.sheet.items.map((_, item) => {
      const grade = this.get(box, item);
      if (grade === null) return [];
      if (this.sheet.grades[grade]?.blank === true) return "blank";
      // Answers are numbered without the blank one.
      return [this.sheet.grades.slice(0, grade).filter(({ blank }) => blank !== true).length];
    });
  }
}

/**
 * What can be done while the person still reads: the tables of the bases, and one answer sealed
 * with a made-up code and thrown away, after which the browser has compiled the arithmetic.
 *
 * @returns short pieces of work for idle moments, in order; they throw for a damaged key
 */
export function preparations(sheet: Sheet, random: RandomSource): (() => void)[] {
  const keys = [...new Set(sheet.boxes.map(({ election }) => election.publicKey))];
  const [box] = sheet.boxes;
  const question = box?.election.questions[0];
  return [
    () => void FixedBase.generator(),
    ...keys.map((key) => () => void FixedBase.of(key)),
    () => {
      if (box === undefined || question === undefined) return;
      const sealer = new Sealer(box.election, generateCredential(random), random);
      sealer.sealAnswer(question, [...Array(question.min).keys()]);
    },
  ];
}

/** One sealed ballot and its receipt. */
export interface SealedBallot {
  readonly box: string;
  readonly ballot: string;
  readonly tracker: string;
}

/**
 * Seals a whole sheet, one question at a time so that the page stays alive.
 *
 * @param step called after each question with how many are done; awaited
 */
export async function sealSheet(
  sheet: Sheet,
  answers: Answers,
  credential: string,
  random: RandomSource,
  step: (done: number) => Promise<void>,
): Promise<SealedBallot[]> {
  const sealed: SealedBallot[] = [];
  let done = 0;
  for (const [number, box] of sheet.boxes.entries()) {
    const sealer = new Sealer(box.election, credential, random);
    const parts: unknown[] = [];
    for (const [item, choice] of answers.choices(number).entries()) {
      const question = box.election.questions[item];
      if (question === undefined) throw new MalformedError("election");
      parts.push(sealer.sealAnswer(question, choice));
      await step(++done);
    }
    const ballot = sealer.finish(parts);
    sealed.push({ box: box.id, ballot, tracker: tracker(ballot) });
  }
  return sealed;
}

/** The exact text that is sent, and sent again unchanged after a broken connection. */
export function sheetMessage(sheet: Sheet, sealed: readonly SealedBallot[]): string {
  const ballots = sealed.map(({ box, ballot }) => ({ box, ballot }));
  return JSON.stringify({ sheet: sheet.sheet, ballots });
}
