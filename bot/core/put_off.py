"""How a member has put nudges off, in words: as an answer, and on the nudge where it was pressed. Pure."""

from datetime import date, timedelta

from bot.core import chasing, hours
from bot.core.nudging import dated
from storage.people import Member
from storage.records import State
from storage.rhythm import MOST_FEWER, PutOff

# -- words ---------------------------------------------------------------------------------------

SNOOZED = "I'll remind you again on {day}."
AWAY = "You are away until {day}, that day included. Until then I'll leave you in peace."
AWAY_FROM = "You are away from {since} until {day}, both included. I'll leave you in peace then."
FEWER = "I'll write every {days} days at most from now on."
FEWEST = "That is as rarely as I can. To hear nothing at all, type “pause me”."


def said(state: State, member: Member, how: PutOff, today: date) -> str:
    """What holds of it on a member's day; "" where it holds no more, or never did."""
    habits = chasing.habits_of(state, member.id)
    snoozed, away = habits.snoozed_until, habits.away_until
    theirs = hours.of_member(state, member)
    cap = theirs.cap
    if how == "snoozed" and snoozed is not None and snoozed > today:
        # Whoever puts it off until a Sunday hears of it on Monday.
        return SNOOZED.format(day=dated(theirs.next_day(snoozed - timedelta(days=1))))
    if how == "away" and away is not None and away >= today:
        wording = AWAY_FROM if habits.away_from else AWAY
        since = dated(habits.away_from) if habits.away_from else ""
        return wording.format(since=since, day=dated(away))
    if how == "fewer" and habits.fewer and cap:
        text = FEWER.format(days=chasing.between(cap, habits.fewer))
        return f"{text} {FEWEST}" if habits.fewer == MOST_FEWER else text
    return ""
