// @ts-check
// Templates: htm on Preact's elements.

import htm from "htm";
import { h } from "preact";

export const html = htm.bind(h);
