"""What people search for, ask about and write into the subject of a mail."""

from ... import values
from ...words import read

SAID = read("tool_words")


def topic(rng):
    draw = rng.random()
    if draw < 0.25:
        return rng.choice(SAID["topic_head"])
    thing = values.pick(rng, "object")
    forms = [
        f"{values.pick(rng, 'adjective')} {thing}", values.pick(rng, "tech_noun"), values.company(rng), f"{thing} repair", f"{values.pick(rng, 'fruit')} recipes",
        f"{thing} for {values.pick(rng, 'job')}s", values.made_word(rng, 2), f"{thing} {rng.choice(SAID['topic_tail'])}", f"history of {values.pick(rng, 'country')}",
        f"{rng.choice(SAID['kind_of_place'])} in {values.city(rng)}", f"{values.full_name(rng)}", f"{values.pick(rng, 'animal')} {rng.choice(['photos', 'facts', 'videos'])}",
        f"{rng.choice(SAID['dish'])} recipe", f"best {thing} {rng.choice(SAID['topic_tail'])}", f"{values.city(rng)} {rng.choice(['weather', 'hotels', 'marathon', 'map'])}",
        f"{rng.choice(SAID['film'])} {rng.choice(['cast', 'review', 'trailer'])}", f"{values.made_word(rng, 2)} {values.version(rng)}",
    ]  # fmt: skip
    return rng.choice(forms)
