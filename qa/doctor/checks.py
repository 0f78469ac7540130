"""All checks, in the order in which a person would mend things."""

from __future__ import annotations

from typing import Any

from qa.doctor.check import Check, Speaker
from qa.doctor.machine import check_cache_disk, check_packages, check_port, check_python
from qa.settings import Loaded
from qa.types import Lang


def run_checks(loaded: Loaded, lang: Lang = "en") -> list[Check]:
    """Check every part; takes some seconds, since the models' weights are read whole."""
    from qa.doctor import models
    from qa.doctor.store import check_chroma, check_corpus
    from qa.models.weights import models_folder

    speak = Speaker(lang)
    return [
        check_python(speak),
        check_packages(speak),
        check_settings(loaded, speak),
        *models.check_models(loaded, speak, verify=True),
        check_chroma(loaded, speak),
        *check_corpus(loaded, models.opened_embedder(loaded), speak),
        check_cache_disk(models_folder(), speak),
        check_port("chat", loaded, speak),
        check_port("serve", loaded, speak),
    ]


def check_models(loaded: Loaded, lang: Lang = "en") -> list[Check]:
    """The models alone, without hashing their weights."""
    from qa.doctor import models

    return models.check_models(loaded, Speaker(lang), verify=False)


def setting_values(loaded: Loaded) -> dict[str, dict[str, Any]]:
    """Each setting's value and where it comes from, by its dotted name."""
    values = loaded.settings.model_dump(mode="json")
    return {
        name: {"value": values[name.partition(".")[0]][name.partition(".")[2]], "origin": origin}
        for name, origin in loaded.origins.items()
    }


def check_settings(loaded: Loaded, speak: Speaker) -> Check:
    """What differs from the defaults, and where it is set."""
    changed = [
        f"{name} = {setting['value']!r} ({setting['origin']})"
        for name, setting in setting_values(loaded).items()
        if setting["origin"] != "default"
    ]
    if changed:
        return speak.ok("settings", "settings.set", settings="; ".join(changed))
    return speak.ok("settings", "settings.ok")
