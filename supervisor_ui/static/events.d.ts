// Made from copilot/events.py by tools/page_types.py. Do not edit.

export interface Alert {
  seq: number;
  call_id: string;
  at_s: number;
  type: "alert";
  alert_id: string;
  kind: "frustration_spike" | "sustained_frustration" | "escalation_request" | "churn_risk" | "harassment" | "agent_ng_word" | "missing_phrase" | "long_silence" | "talk_over" | "long_call" | "help_sign";
  rule: string;
  severity: "info" | "warning" | "critical";
  speaker: "customer" | "agent" | "unknown";
  harassment_type: "time_binding" | "repeat" | "abuse" | "violence" | "threat" | "authority" | "off_site" | "online_defamation" | "sexual" | "excessive_demand" | null;
  audience: ("supervisor" | "operator" | "account_owner")[];
  message: string;
  evidence: Evidence[];
  signals: Signal[];
  suggested_step: string | null;
}

export interface AlertUpdated {
  seq: number;
  call_id: string;
  at_s: number;
  type: "alert_updated";
  alert_id: string;
  state: "acknowledged" | "assigned" | "snoozed" | "resolved" | "false_alarm";
  by: string;
  assignee: string | null;
  until: string | null;
  comment: string;
  made_at: string;
}

export interface CallEnded {
  seq: number;
  call_id: string;
  at_s: number;
  type: "call_ended";
  duration_s: number;
  reason: string;
}

export interface CallStarted {
  seq: number;
  call_id: string;
  at_s: number;
  type: "call_started";
  started_at: string;
  agent_id: string;
  team: string;
  customer_id: string | null;
  direction: "inbound" | "outbound";
  channels: ("customer" | "agent" | "unknown")[];
  language: string;
  consent: boolean | null;
}

export interface CustomerMood {
  start: MoodPoint;
  low: MoodPoint;
  end: MoodPoint;
}

export interface Degraded {
  seq: number;
  call_id: string;
  at_s: number;
  type: "degraded";
  stage: "ingest" | "vad" | "recogniser" | "sentiment" | "assist" | "summary" | "delivery" | "store";
  reason: string;
  lag_s: number;
  recovered: boolean;
}

export interface Delivery {
  seq: number;
  call_id: string;
  at_s: number;
  type: "delivery";
  target: string;
  summary_version: number;
  state: "queued" | "sent" | "failed" | "dead";
  attempt: number;
  external_id: string | null;
  error: string | null;
  next_try_at: string | null;
  made_at: string;
}

export interface Disposition {
  code: string;
  confidence: number;
}

export interface Due {
  said: string;
  date: string | null;
}

export interface Emotion {
  seq: number;
  call_id: string;
  at_s: number;
  type: "emotion";
  utterance_id: string;
  speaker: "customer" | "agent" | "unknown";
  frustration: number;
  probability: number;
  valence: number;
  arousal: number;
  trend: "declining" | "slightly_declining" | "steady" | "slightly_improving" | "improving";
  recovered: boolean;
  act: string;
  signals: Signal[];
  source: "text" | "voice" | "both";
}

export interface Entity {
  kind: string;
  value: string;
  normalised: string | null;
}

export interface Evidence {
  utterance_id: string;
  quote: string;
  start_s: number;
}

export interface FollowUp {
  owner: "agent" | "customer" | "other";
  what: string;
  due: Due | null;
}

export interface HelpOffers {
  made: number;
  accepted: number;
}

export interface Line {
  seq: number;
  call_id: string;
  at_s: number;
  type: "line";
  speaker: "customer" | "agent" | "unknown";
  loudness_db: number;
  speech_rate: number;
  silence_s: number;
  overtalk_s: number;
  hold: boolean;
}

export interface MoodPoint {
  frustration: number;
  at_s: number;
}

export interface Note {
  seq: number;
  call_id: string;
  at_s: number;
  type: "note";
  author: string;
  to: string;
  text: string;
  made_at: string;
}

export interface ParticipantChanged {
  seq: number;
  call_id: string;
  at_s: number;
  type: "participant_changed";
  speaker: "customer" | "agent" | "unknown";
  participant: string;
  by: string;
  reason: string;
}

export interface Paused {
  seq: number;
  call_id: string;
  at_s: number;
  type: "paused";
  by: string;
  reason: string;
}

export interface Redacted {
  seq: number;
  call_id: string;
  at_s: number;
  type: "redacted";
  utterance_id: string;
  spans: Span[];
  text: string;
}

export interface Resumed {
  seq: number;
  call_id: string;
  at_s: number;
  type: "resumed";
  by: string;
  reason: string;
}

export interface Sentence {
  text: string;
  utterance_ids: string[];
}

export interface Signal {
  name: string;
  value: number;
  baseline: number | null;
}

export interface Source {
  document: string;
  section: string;
  version: string;
}

export interface Span {
  start: number;
  end: number;
  kind: string;
}

export interface SpeakersSwapped {
  seq: number;
  call_id: string;
  at_s: number;
  type: "speakers_swapped";
  by: string;
  reason: string;
}

export interface StepTaken {
  seq: number;
  call_id: string;
  at_s: number;
  type: "step_taken";
  alert_id: string;
  step: string;
  by: string;
  comment: string;
  made_at: string;
}

export interface Suggestion {
  seq: number;
  call_id: string;
  at_s: number;
  type: "suggestion";
  suggestion_id: string;
  kind: "knowledge" | "next_step" | "phrase" | "checklist" | "help_offer" | "question";
  title: string;
  body: string;
  source: Source | null;
  because: string[];
}

export interface Summary {
  seq: number;
  call_id: string;
  at_s: number;
  type: "summary";
  version: number;
  state: "running" | "draft" | "edited" | "approved" | "unavailable";
  brief: string;
  text: string;
  fields: SummaryFields;
  generator: string;
  fallback: "timeout" | "unreachable" | "refused" | "bad_json" | "ungrounded" | null;
  sentences: Sentence[];
  unsupported: string[];
  why_none: "no_speech" | "too_short" | "model_unavailable" | "not_permitted" | null;
  by: string | null;
  spent_s: number | null;
  comment: string;
  made_at: string;
}

export interface SummaryFields {
  headline: string;
  reason: string;
  situation: string;
  actions_taken: string[];
  resolution: "resolved" | "escalated" | "callback_promised" | "unresolved" | null;
  follow_ups: FollowUp[];
  promises: string[];
  decisions: string[];
  entities: Entity[];
  disposition: Disposition[];
  customer_mood: CustomerMood | null;
  help_offers: HelpOffers;
  alerts: string[];
  language: string;
  not_stated: string[];
}

export interface Transcript {
  seq: number;
  call_id: string;
  at_s: number;
  type: "transcript";
  utterance_id: string;
  speaker: "customer" | "agent" | "unknown";
  revision: number;
  start_s: number;
  end_s: number;
  text: string;
  stable_chars: number;
  raw: string | null;
  words: Word[] | null;
  language: string;
  confidence: number;
  speaker_confidence: number | null;
  final: boolean;
}

export interface Word {
  text: string;
  start_s: number;
  end_s: number;
  confidence: number;
}

export type Event =
  | CallStarted
  | Transcript
  | Redacted
  | Line
  | Paused
  | Resumed
  | SpeakersSwapped
  | ParticipantChanged
  | Emotion
  | Alert
  | AlertUpdated
  | StepTaken
  | Suggestion
  | Note
  | Degraded
  | CallEnded
  | Summary
  | Delivery
;

export type Speaker = Transcript["speaker"];
