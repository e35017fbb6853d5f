"""Sound to words: decode, resample, voice activity, segment, recognise, stabilise."""
