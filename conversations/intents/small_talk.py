"""“tell me a joke”, “thanks”: polite, short, and back to what can be done."""

from __future__ import annotations

from conversations.intents import Details, intent
from conversations.messages import Button, Reply, row
from conversations.turn import Turn
from conversations.wording import general

KINDS = ("thanks", "bye", "who", "scold", "mood")


@intent(
    "small_talk",
    label="Small talk",
    summary="Just chat",
    examples=("tell me a joke", "thanks", "who are you?", "bye", "how are you?"),
    pattern=(
        r"/?(?:(?P<thanks>(many |ok |great |super )?(thanks|thank you|thx|ty|cheers)"
        r"( a lot| so much| very much| bot)?)"
        r"|(?P<bye>(good ?)?bye|see you( later)?|good night|ciao)"
        r"|(?P<who>(who|what) are you|are you (a )?(human|bot|robot|real|person|machine))"
        r"|(?P<scold>(you are|you're|this is) (so )?(useless|stupid|dumb|bad|wrong|rubbish))"
        r"|(?P<mood>how are you( doing)?( today)?|how's it going|what's up)"
        r"|(can you |please )?(tell|sing|do you know) (me )?(a |another )?"
        r"(good |funny )?(joke|story|riddle|song|poem))\W*"
    ),
    guess="take",
)
async def small_talk(turn: Turn, said: Details) -> Reply:
    kind = next((name for name in KINDS if said.get(name)), "")
    return Reply(
        general.pleasantry(kind),
        row(
            Button("Record a trade", "pick:trade"),
            Button("Portfolio", "pick:holdings"),
            Button("Bias report", "pick:biases"),
        ),
    )
