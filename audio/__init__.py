"""Sound to words: decode, resample, voice activity, segment, recognise.

::

    bytes ─ Decoder ─► AudioChunk ─ Segmenter ─► SpeechSegment ─ Transcriber ─►
    RecognitionRequest ─ RecognitionQueue ─► Recogniser ─► Hypothesis ─ Transcriber ─►
    Transcript

Every stage is a plain class; nothing here knows of tasks, sockets or clocks.
"""
