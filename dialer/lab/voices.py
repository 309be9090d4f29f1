"""The voices of the lab's telephone network and the PBX's few announcements, made once with espeak-ng.

8 kHz mono WAV files in one folder: ``<language>-<voice>-hello|firm|talk|greeting|curt.wav`` and
``<announcement>.wav``. Without espeak-ng a hum with the rhythm of speech takes its place, so that sound still flows.
May import numpy.
"""

from __future__ import annotations

import io
import subprocess
import wave
from pathlib import Path

import numpy as np

RATE = 8000
COUNT = 3
"""Voices for each language."""

_SPEAKERS = {
    "ru": (("ru+f2", "165", "55"), ("ru+m3", "155", "40"), ("ru+f4", "180", "60")),
    "en": (("en-us+f2", "165", "55"), ("en-gb+m3", "155", "40"), ("en-us+m7", "175", "45")),
}
_WORDS = {
    "ru": {
        "hello": "Алло. Слушаю вас.",
        "firm": "Компания Ромашка, отдел продаж, Анна, добрый день.",
        "curt": "Абонент не отвечает. Оставьте сообщение.",
        "talk": (
            "Да, я вас слышу, говорите. . . А вы из какой компании? . . Интересно, расскажите подробнее. . . "
            "Сейчас мы ведём учёт в таблицах, и это неудобно. . . Сколько это стоит? . . "
            "Мне надо посоветоваться с директором. . . Хорошо, пришлите предложение на почту. . . "
            "Да, в среду после двух мне удобно."
        ),
        "greeting": (
            "Здравствуйте! Вы позвонили в нашу компанию. К сожалению, сейчас никто не может подойти к телефону. "
            "Пожалуйста, оставьте сообщение после звукового сигнала."
        ),
    },
    "en": {
        "hello": "Hello? Who is this?",
        "firm": "Daisy and Sons, sales department, Anna speaking, good morning.",
        "curt": "Nobody is in. Please leave a message.",
        "talk": (
            "Yes, I can hear you, go on. . . Which company did you say you are calling from? . . "
            "That sounds interesting, tell me more. . . We keep our stock in spreadsheets today, and it hurts. . . "
            "What does it cost? . . I would have to ask my manager. . . All right, send me an offer by e-mail. . . "
            "Wednesday after two works for me."
        ),
        "greeting": (
            "Hello! You have reached our company. Unfortunately nobody can come to the phone right now. "
            "Please leave a message after the tone, and we will call you back."
        ),
    },
}
ANNOUNCEMENTS = {
    "sorry-ru": ("ru", "Извините за беспокойство: сейчас нет свободного сотрудника. Мы перезвоним вам позже."),
    "sorry-en": ("en", "We are sorry to have disturbed you: nobody is free to speak to you now. We will call back."),
    "abandoned-ru": (
        "ru",
        "Вам звонила компания Тёплая линия, телефон 8 495 000 11 22. Сейчас свободного сотрудника нет, извините. "
        "Чтобы мы больше не звонили, нажмите 9.",
    ),
    "abandoned-en": (
        "en",
        "This was a call from Warmline, phone 495 000 11 22. Nobody is free to speak to you now, we are sorry. "
        "To be taken off our list, press 9.",
    ),
    "voicemail-ru": ("ru", "Здравствуйте, это компания Тёплая линия. Перезвоните нам, пожалуйста: 8 495 000 11 22."),
    "voicemail-en": ("en", "Hello, this is Warmline. Please call us back: 495 000 11 22."),
    "recorded-ru": ("ru", "Разговор записывается."),
    "recorded-en": ("en", "This call is recorded."),
    "optout-ru": ("ru", "Ваш номер исключён из списка. Мы больше не будем вам звонить. До свидания."),
    "optout-en": ("en", "Your number has been taken off our list. We will not call you again. Goodbye."),
}


def complete(folder: Path) -> bool:
    """Tell whether every file is there."""
    return all((folder / f"{name}.wav").is_file() for name in _wanted())


def record(folder: Path, speaker: list[str] | None) -> None:
    """Make every file in ``folder``. ``speaker`` is the command of espeak-ng, None to hum instead."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (voice, text) in _wanted().items():
        sound = _spoken(speaker, voice, text) if speaker else _hummed(text)
        _write(folder / f"{name}.wav", sound)


def _wanted() -> dict[str, tuple[tuple[str, str, str], str]]:
    """Return file name -> (voice, text)."""
    wanted = {
        f"{language}-{number}-{what}": (voice, text)
        for language, speakers in _SPEAKERS.items()
        for number, voice in enumerate(speakers, 1)
        for what, text in _WORDS[language].items()
    }
    for name, (language, text) in ANNOUNCEMENTS.items():
        wanted[name] = (_SPEAKERS[language][0], text)
    return wanted


def _spoken(speaker: list[str], voice: tuple[str, str, str], text: str) -> np.ndarray:
    """Return ``text`` spoken, as samples -1..1 at RATE. Raises CalledProcessError."""
    name, speed, pitch = voice
    command = [*speaker, "-v", name, "-s", speed, "-p", pitch, "--stdin", "--stdout"]
    made = subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(made)) as source:
        rate = source.getframerate()
        # espeak-ng writes to a pipe and so cannot know the length that the header should tell.
        samples = np.frombuffer(made[44:], dtype="<i2").astype(np.float64) / 32768
    return _resampled(samples, rate)


def _resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    """Bring ``samples`` from ``rate`` down to RATE by cutting the spectrum (whole file at once: they are short)."""
    count = len(samples) * RATE // rate
    spectrum = np.fft.rfft(samples)[: count // 2 + 1]
    return np.fft.irfft(spectrum, count) * count / len(samples)


def _hummed(text: str) -> np.ndarray:
    """Return a hum as long as ``text`` takes to say, loud and quiet as syllables are, with pauses at full stops."""
    parts = []
    for sentence in filter(None, (s.strip() for s in text.split("."))):
        at = np.arange(int(len(sentence) * 0.065 * RATE)) / RATE
        voice = sum(np.sin(2 * np.pi * 140 * k * at) / k for k in range(1, 12))
        parts += [0.3 * voice * np.abs(np.sin(np.pi * 4 * at)), np.zeros(RATE // 2)]
    return np.concatenate(parts)


def _write(path: Path, sound: np.ndarray) -> None:
    loudest = float(np.max(np.abs(sound))) or 1.0
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound / loudest * 0.6 * 32767).astype("<i2").tobytes())
