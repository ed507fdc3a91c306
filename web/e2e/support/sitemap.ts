/** Every page of the practice province, for the stages that it has, with somebody who may see it. */

/** One page. */
export interface Place {
  readonly path: string;
  /** The log-in name of a reader who sees all of it; absent for the public. */
  readonly login?: string;
  /** 200 where nothing else is said. */
  readonly status?: number;
  /** The picture's name, for pages that are worth looking at. */
  readonly shot?: string;
}

interface Stage {
  readonly id: string;
  readonly stage:
    | "planned"
    | "prepared"
    | "opened"
    | "proposed"
    | "agreed"
    | "collecting"
    | "closed"
    | "tallied"
    | "drafted"
    | "published";
  readonly unit: string;
}

/** The appraisals of the province on 24 July 2026. */
export const APPRAISALS: readonly Stage[] = [
  { id: "2025-360000-LSB", stage: "published", unit: "360100-LSB" },
  { id: "2026-360000-LSB", stage: "collecting", unit: "360100-LSB" },
  { id: "2026-360100-LSB", stage: "collecting", unit: "360102-LSB" },
  { id: "2026-360102-LSB", stage: "collecting", unit: "360102-LSB" },
  { id: "2026-360200-LSB", stage: "published", unit: "360202-LSB" },
  { id: "2026-360300-LSB", stage: "tallied", unit: "360302-LSB" },
  { id: "2026-360500-LSB", stage: "closed", unit: "360502-LSB" },
  { id: "2026-360600-LSB", stage: "drafted", unit: "360602-LSB" },
  { id: "2026-360700-LSB", stage: "proposed", unit: "360702-LSB" },
  { id: "2026-360800-LSB", stage: "opened", unit: "360802-LSB" },
  { id: "2026-360900-LSB", stage: "prepared", unit: "360902-LSB" },
  { id: "2026-361000-LSB", stage: "agreed", unit: "361002-LSB" },
  { id: "2026-361100-LSB", stage: "planned", unit: "361102-LSB" },
];

/** One of each stage is drawn. */
function shot(appraisal: Stage, name: string): { shot?: string } {
  const first = APPRAISALS.find(({ stage }) => stage === appraisal.stage);
  return first === appraisal ? { shot: `${name}-${appraisal.stage}` } : {};
}

export function publicPlaces(): Place[] {
  const places: Place[] = [
    { path: "/", shot: "home" },
    { path: "/no-such-page", status: 404, shot: "not-found" },
  ];
  for (const appraisal of APPRAISALS) {
    const { id, stage, unit } = appraisal;
    const at = `/a/${id}`;
    const hasRules = stage !== "planned";
    const isPublished = stage === "published";
    places.push(
      { path: at, ...shot(appraisal, "appraisal") },
      { path: `${at}/vote`, ...shot(appraisal, "vote") },
      { path: `${at}/rulebook`, ...(hasRules ? shot(appraisal, "rulebook") : { status: 404 }) },
      { path: `${at}/receipt/`, ...shot(appraisal, "receipt") },
      { path: `${at}/ranking`, ...shot(appraisal, "ranking"), ...gone(isPublished) },
      { path: `${at}/units/${unit}`, ...shot(appraisal, "unit"), ...gone(isPublished) },
      { path: `${at}/check`, ...shot(appraisal, "check") },
    );
  }
  return places;
}

function gone(isThere: boolean): { status?: number } {
  return isThere ? {} : { status: 404 };
}

export function staffPlaces(): Place[] {
  const login = "360000-admin";
  const places: Place[] = [
    { path: "/staff/log-in", shot: "log-in" },
    { path: "/staff/log-in?as=360000-office" },
    { path: "/staff", login: "360000-appraisal", shot: "today" },
    { path: "/staff", login: "360300-leader" },
    { path: "/staff", login: "360500-conduct" },
    { path: "/staff", login: "360600-statistics" },
    { path: "/staff", login: "361100-coordination" },
    { path: "/staff", login: "360100-unit" },
    { path: "/staff/calendar", login: "360000-office", shot: "calendar" },
    { path: "/staff/units", login, shot: "units" },
    { path: "/staff/units/360100-LSB", login, shot: "staff-unit" },
    { path: "/staff/unit-import", login },
    { path: "/staff/accounts", login, shot: "accounts" },
    { path: "/staff/accounts/new", login },
    { path: "/staff/accounts/a360000-office", login, shot: "account" },
    { path: "/staff/appraisals", login: "360000-coordination", shot: "appraisals" },
    { path: "/staff/appraisals/new", login: "360400-coordination", shot: "plan" },
    { path: "/staff/log", login: "360000-office", shot: "log" },
    { path: "/staff/practice", login, shot: "practice" },
    { path: "/staff/password", login },
    { path: "/staff/accounts", login: "360000-office", status: 403, shot: "not-allowed" },
  ];
  for (const appraisal of APPRAISALS) places.push(...workplace(appraisal));
  return places;
}

function workplace(appraisal: Stage): Place[] {
  const { id, stage, unit } = appraisal;
  const organiser = id.slice(5, 11);
  const at = `/staff/a/${id}`;
  const by = (post: string): { login: string } => ({ login: `${organiser}-${post}` });
  const isOpen = !["planned", "prepared"].includes(stage) && stage !== "published";
  const hasRanking = stage === "drafted" || stage === "published";
  const places: Place[] = [
    { path: at, ...by("office"), ...shot(appraisal, "overview") },
    { path: `${at}/setup`, ...by("coordination"), ...shot(appraisal, "setup") },
    { path: `${at}/survey`, ...by("appraisal"), ...shot(appraisal, "survey") },
    { path: `${at}/inspection`, ...by("coordination"), ...shot(appraisal, "inspection") },
    { path: `${at}/tally`, ...by("conduct"), ...shot(appraisal, "tally") },
    { path: `${at}/ranking`, ...by("statistics"), ...shot(appraisal, "staff-ranking") },
  ];
  if (stage === "opened" || stage === "proposed") {
    places.push({ path: `${at}/survey/plan`, ...by("appraisal"), ...shot(appraisal, "plan") });
  }
  if (stage === "proposed" || stage === "agreed") {
    places.push({ path: `${at}/survey`, ...by("statistics") });
  }
  if (stage === "agreed") {
    places.push(
      { path: `${at}/survey/key?seat=conduct`, ...by("conduct"), ...shot(appraisal, "key") },
      { path: `${at}/survey/codes`, ...by("statistics"), ...shot(appraisal, "codes") },
    );
  }
  if (isOpen) {
    const name = shot(appraisal, "inspection-unit");
    places.push({ path: `${at}/inspection/units/${unit}`, ...by("leader"), ...name });
  }
  if (hasRanking) places.push({ path: `${at}/ranking/units/${unit}`, ...by("office") });
  return places;
}
