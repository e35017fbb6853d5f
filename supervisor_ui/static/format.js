// @ts-check
// Figures as people read them.

import { language } from "./i18n.js";

/** Media time: `3:07`, `1:02:33`. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const minutes = Math.floor(whole / 60) % 60;
  const parts = [minutes, whole % 60];
  if (whole >= 3600) parts.unshift(Math.floor(whole / 3600));
  return parts.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

/** Time of day. @param {string} moment ISO 8601. */
export function timeOfDay(moment) {
  return new Intl.DateTimeFormat(language.value, { timeStyle: "short" }).format(
    new Date(moment),
  );
}

/** Day and time. @param {string} moment ISO 8601. */
export function dayAndTime(moment) {
  return new Intl.DateTimeFormat(language.value, {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(moment));
}

/** A measured value, short. @param {number} value */
export function figure(value) {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: 2 }).format(value);
}

/** In the quotation marks of the reader. @param {string} words */
export function quoted(words) {
  return language.value === "ja" ? `「${words}」` : `“${words}”`;
}
