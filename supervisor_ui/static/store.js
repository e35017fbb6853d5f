// @ts-check
// What the pages know: a pure fold over the events of calls.
//
// It keeps what is shown and no more. Partials replace each other, finals stay, and an
// event whose `seq` was already seen changes nothing, so that reading again from an older
// point is harmless.

/**
 * @typedef {import("./events").Event} Event
 * @typedef {import("./events").Transcript} Transcript
 *
 * @typedef {object} Utterance
 * @property {string} id
 * @property {import("./events").Speaker} speaker
 * @property {boolean} unsure Whether somebody else may have spoken.
 * @property {number} start_s
 * @property {number} revision
 * @property {boolean} final
 * @property {string} text
 * @property {number} stable Length of the beginning that later revisions keep; the rest may
 *   still change.
 *
 * @typedef {object} AlertState An alert and what became of it.
 * @property {import("./events").Alert} alert
 * @property {import("./events").AlertUpdated[]} updates
 * @property {"open" | import("./events").AlertUpdated["state"]} state
 *
 * @typedef {object} Call
 * @property {string} call_id
 * @property {number} seq Of the newest event seen.
 * @property {number} at_s Media time reached.
 * @property {import("./events").CallStarted} started
 * @property {import("./events").CallEnded | null} ended
 * @property {boolean} paused
 * @property {{ start_s: number, end_s: number | null }[]} confidential Stretches of which
 *   nothing is kept; `null`: it goes on.
 * @property {Utterance[]} utterances In the order in which people began to speak.
 * @property {import("./events").Emotion | null} mood The customer's newest reading.
 * @property {{ at_s: number, frustration: number }[]} moodLine
 * @property {AlertState[]} alerts In the order in which they fired.
 * @property {Partial<Record<import("./events").Speaker, import("./events").Line>>} line How
 *   each leg sounds now; empty while nobody listens.
 * @property {import("./events").Line | null} overtalk When somebody last spoke over the other.
 * @property {import("./events").StepTaken[]} steps Of the policy against harassment.
 * @property {import("./events").Note[]} notes
 * @property {import("./events").Summary | null} summary The newest version.
 * @property {import("./events").Summary | null} running The call so far, as last told.
 * @property {Record<string, import("./events").Delivery>} deliveries By target.
 * @property {Record<string, import("./events").Degraded>} degraded Stages that are behind or
 *   broken now.
 *
 * @typedef {{ calls: Record<string, Call> }} State
 */

/** @type {State} */
export const EMPTY = { calls: {} };

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State} The same object where nothing changed.
 */
export function reduce(state, event) {
  const known = state.calls[event.call_id];
  if (!known && event.type !== "call_started") return state;
  if (known && event.seq > 0 && event.seq <= known.seq) return state;
  const call = known ?? begun(/** @type {import("./events").CallStarted} */ (event));
  const next = {
    ...call,
    ...changes(call, event),
    seq: Math.max(call.seq, event.seq),
    at_s: Math.max(call.at_s, event.at_s),
  };
  return { calls: { ...state.calls, [event.call_id]: next } };
}

/**
 * Leaves out calls that ended, but for those to keep. A board that is open for weeks must
 * not grow.
 *
 * @param {State} state
 * @param {Set<string>} keep
 * @param {number} limit Ended calls that may stay, the newest.
 * @returns {State}
 */
export function forget(state, keep, limit) {
  const ended = Object.values(state.calls)
    .filter((call) => call.ended && !keep.has(call.call_id))
    .sort((a, b) => b.started.started_at.localeCompare(a.started.started_at));
  if (ended.length <= limit) return state;
  const calls = { ...state.calls };
  for (const call of ended.slice(limit)) delete calls[call.call_id];
  return { calls };
}

/** @param {AlertState} alert */
export function isOpen(alert) {
  return alert.state !== "resolved" && alert.state !== "false_alarm";
}

/**
 * The state as it stands: an alert whose snooze is over is open again, by itself.
 *
 * @param {AlertState} alert
 * @param {number} now_ms
 * @returns {AlertState["state"]}
 */
export function stateAt({ state, updates }, now_ms) {
  const until = state === "snoozed" ? updates[updates.length - 1].until : null;
  return until && Date.parse(until) <= now_ms ? "open" : state;
}

/** What the server calls it when a call is recorded and transcribed when it is over. */
const TRANSCRIPT_LATER = "transcript after the call";

/** @param {Call} call Whether its words are still to come, all of them. */
export function wordsLater(call) {
  return call.degraded.recogniser?.reason === TRANSCRIPT_LATER;
}

/**
 * The newest words of a call, of either speaker.
 *
 * @param {Call} call
 * @returns {Utterance | undefined}
 */
export function lastWords(call) {
  return call.utterances[call.utterances.length - 1];
}

/**
 * @param {import("./events").CallStarted} started
 * @returns {Call}
 */
function begun(started) {
  return {
    call_id: started.call_id,
    seq: 0,
    at_s: 0,
    started,
    ended: null,
    paused: false,
    confidential: [],
    utterances: [],
    mood: null,
    moodLine: [],
    alerts: [],
    steps: [],
    line: {},
    overtalk: null,
    notes: [],
    summary: null,
    running: null,
    deliveries: {},
    degraded: {},
  };
}

/**
 * @param {Call} call
 * @param {Event} event
 * @returns {Partial<Call>}
 */
function changes(call, event) {
  switch (event.type) {
    case "call_ended":
      // What was never confirmed was not said as shown.
      return {
        ended: event,
        paused: false,
        confidential: closed(call.confidential, event.at_s),
        running: null,
        line: {},
        utterances: call.utterances.filter((one) => one.final),
      };
    case "transcript":
      return { utterances: heard(call.utterances, event) };
    case "redacted":
      return masked(call, event);
    case "emotion":
      return event.speaker === "agent" ? {} : felt(call, event);
    case "alert":
      return call.alerts.some((one) => one.alert.alert_id === event.alert_id)
        ? {}
        : { alerts: [...call.alerts, { alert: event, updates: [], state: "open" }] };
    case "alert_updated":
      return { alerts: call.alerts.map((one) => updated(one, event)) };
    case "step_taken":
      return { steps: [...call.steps, event] };
    case "note":
      return { notes: [...call.notes, event] };
    case "summary":
      if (event.state === "running") return { running: event };
      return call.summary && event.version <= call.summary.version ? {} : { summary: event };
    case "delivery":
      return { deliveries: { ...call.deliveries, [event.target]: event } };
    case "degraded":
      return { degraded: degradedBy(call.degraded, event) };
    case "paused":
      return call.paused
        ? {}
        : {
            paused: true,
            confidential: [...call.confidential, { start_s: event.at_s, end_s: null }],
            line: {},
          };
    case "resumed":
      return { paused: false, confidential: closed(call.confidential, event.at_s) };
    case "line":
      return {
        line: { ...call.line, [event.speaker]: event },
        overtalk: event.overtalk_s > 0 ? event : call.overtalk,
      };
    case "call_started":
    case "speakers_swapped":
    case "participant_changed":
    case "suggestion":
      return {};
    default:
      // A newer server may tell more than this page knows.
      return {};
  }
}

/**
 * @param {Call["confidential"]} sections
 * @param {number} end_s
 */
function closed(sections, end_s) {
  return sections.map((one) => (one.end_s === null ? { ...one, end_s } : one));
}

/** Confidence below which a page says that somebody else may have spoken. */
const SURE = 0.6;

/**
 * @param {Utterance[]} utterances
 * @param {Transcript} event
 * @returns {Utterance[]}
 */
function heard(utterances, event) {
  const before = utterances.find((one) => one.id === event.utterance_id);
  if (before?.final || (before && !event.final && before.revision >= event.revision)) {
    return utterances;
  }
  const others = before ? utterances.filter((one) => one !== before) : utterances;
  if (!event.text) return others;
  const utterance = {
    id: event.utterance_id,
    speaker: event.speaker,
    unsure: event.speaker === "unknown" || (event.speaker_confidence ?? 1) < SURE,
    start_s: event.start_s,
    revision: event.revision,
    final: event.final,
    text: event.text,
    stable: event.final ? event.text.length : lengthOf(event.text, event.stable_chars),
  };
  // Nearly always the newest: look from the end.
  let place = others.length;
  while (place > 0 && others[place - 1].start_s > utterance.start_s) place -= 1;
  return [...others.slice(0, place), utterance, ...others.slice(place)];
}

/**
 * The server counts characters, a string here counts the halves of rare ones.
 *
 * @param {string} text
 * @param {number} characters
 */
function lengthOf(text, characters) {
  return [...text].slice(0, characters).join("").length;
}

/**
 * Masks an utterance and the quotes from it.
 *
 * @param {Call} call
 * @param {import("./events").Redacted} event
 * @returns {Partial<Call>}
 */
function masked(call, event) {
  const before = call.utterances.find((one) => one.id === event.utterance_id);
  if (!before) return {};
  // What was stored before the server told the text was masked when it was stored.
  const text = event.text || before.text;
  const after = { ...before, text, stable: text.length };
  return {
    utterances: call.utterances.map((one) => (one === before ? after : one)),
    alerts: call.alerts.map((one) => ({
      ...one,
      alert: {
        ...one.alert,
        evidence: one.alert.evidence.map((evidence) =>
          evidence.utterance_id === event.utterance_id
            ? { ...evidence, quote: requoted(evidence.quote, after.text) }
            : evidence,
        ),
      },
    })),
  };
}

/**
 * The quote where the masked utterance still says it, else all of that: what cannot be found
 * there may hold the secret.
 *
 * @param {string} quote
 * @param {string} text
 */
function requoted(quote, text) {
  return text.includes(quote) ? quote : text;
}

/**
 * @param {Call} call
 * @param {import("./events").Emotion} event
 * @returns {Partial<Call>}
 */
function felt(call, event) {
  const spoken = call.utterances.find((one) => one.id === event.utterance_id);
  const point = { at_s: spoken?.start_s ?? event.at_s, frustration: event.frustration };
  return { mood: event, moodLine: [...call.moodLine, point] };
}

/**
 * @param {AlertState} alert
 * @param {import("./events").AlertUpdated} event
 * @returns {AlertState}
 */
function updated(alert, event) {
  if (alert.alert.alert_id !== event.alert_id || !isOpen(alert)) return alert;
  return { ...alert, updates: [...alert.updates, event], state: event.state };
}

/**
 * @param {Call["degraded"]} degraded
 * @param {import("./events").Degraded} event
 */
function degradedBy(degraded, event) {
  const { [event.stage]: _, ...others } = degraded;
  return event.recovered ? others : { ...others, [event.stage]: event };
}
