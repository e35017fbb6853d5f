"""Every exception of the house.

* ``CopilotError``

  * ``ConfigError``: start-up only; exit status 2, one line per fault
  * ``InputError``: somebody sent or named something wrong; the message says what and how
    to mend it, and reaches the sender

    * ``ProtocolError``: a websocket client broke the protocol
    * ``AudioFormatError``: audio that cannot be decoded
    * ``NotFoundError``: a call, alert, summary or delivery that does not exist
    * ``ConflictError``: the thing exists in a state that forbids the request
    * ``ForbiddenError``: token missing, wrong, expired, or without the right

  * ``ModelMissingError``: a model's files are absent or damaged
  * ``RecogniserError``: the recogniser failed on a batch
  * ``StoreUnavailableError``: Redis, the archive or the disk cannot be reached
  * ``OverloadedError``: the node takes no further call; another one may
  * ``DeliveryError``: a target refused or did not answer

Messages never hold speech or personal data: they end in logs.
"""

from __future__ import annotations


class CopilotError(Exception):
    """Base of all errors raised on purpose."""


class ConfigError(CopilotError):
    """Wrong or unusable configuration. ``faults`` has one readable line for each."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class InputError(CopilotError):
    """Somebody else's mistake, told to them."""


class ProtocolError(InputError):
    """A websocket client broke the protocol. ``code`` closes the socket (RFC 6455)."""

    def __init__(self, message: str, *, code: int = 1008) -> None:
        super().__init__(message)
        self.code = code


class AudioFormatError(InputError):
    """Audio that cannot be decoded."""


class NotFoundError(InputError):
    """No such thing."""


class ConflictError(InputError):
    """The thing is in a state that forbids the request."""


class ForbiddenError(InputError):
    """Who asks may not."""


class ModelMissingError(CopilotError):
    """A model's files are absent or damaged; the message names the cure."""


class RecogniserError(CopilotError):
    """The recogniser failed on a batch; its calls go on."""


class ReaderError(CopilotError):
    """A reader of moods failed on some texts; their calls go on."""


class StoreUnavailableError(CopilotError):
    """Redis, the archive or the disk cannot be reached."""


class OverloadedError(CopilotError):
    """The node takes no further call; another one may."""


class DeliveryError(CopilotError):
    """A target refused a summary or did not answer."""

    def __init__(self, message: str, *, retryable: bool, retry_after_s: float | None = None):
        super().__init__(message)
        self.retryable = retryable
        self.retry_after_s = retry_after_s
