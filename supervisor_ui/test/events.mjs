// Events as tests write them: what is left out is as the server would fill it in.

let seq = 0;

const DEFAULTS = {
  call_started: { started_at: "2026-04-01T09:00:00Z", agent_id: "suzuki", customer_id: null, language: "ja" },
  transcript: { speaker: "customer", revision: 1, start_s: 0, end_s: 1, text: "", stable_chars: 0, final: false },
  emotion: { speaker: "customer", utterance_id: "u1", frustration: 0.1, trend: "steady", signals: [] },
  alert: { audience: ["supervisor"], alert_id: "a1", kind: "frustration_spike", severity: "critical", speaker: "customer", evidence: [], signals: [] },
  alert_updated: { alert_id: "a1", state: "acknowledged", by: "sasaki", assignee: null },
  summary: { version: 1, state: "draft", brief: "", text: "", sentences: [], fields: fields(), by: null },
};

/** An event of call `c` with the next `seq`, unless told otherwise. */
export function event(type, members = {}) {
  seq += 1;
  return { seq, call_id: "c", at_s: 0, type, ...DEFAULTS[type], ...members };
}

export function fields(members = {}) {
  return {
    headline: "",
    reason: "",
    situation: "",
    actions_taken: [],
    resolution: null,
    follow_ups: [],
    promises: [],
    not_stated: [],
    ...members,
  };
}
