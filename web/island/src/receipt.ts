/** The number on a receipt: one for a whole sheet (`docs/spec/receipt.md`). */
import { sha256Hex } from "./group.ts";
import { BASE32 } from "./letters.ts";

/** 16 characters are 80 bits. */
const LENGTH = 16;

/** The receipt number of a sheet: over the trackers, in the order of their boxes' identifiers. */
export function receiptNumber(
  ballots: readonly { readonly box: string; readonly tracker: string }[],
): string {
  const inOrder = [...ballots].sort((one, other) => (one.box < other.box ? -1 : 1));
  const hash = sha256Hex(["gongping-receipt", ...inOrder.map(({ tracker }) => tracker)].join("|"));
  const number = BigInt(`0x${hash.slice(0, (LENGTH * 5) / 4)}`);
  const characters = Array.from({ length: LENGTH }, (_, place) => {
    return BASE32[Number((number >> BigInt(5 * (LENGTH - 1 - place))) & 31n)];
  });
  return characters.join("").replace(/(.{4})(?=.)/g, "$1-");
}
