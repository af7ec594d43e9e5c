"""Write applications: every service in one place, in the order of their life.

All are safe against retries: what was done already stays as it is. None commits, reads the clock or sends.
"""

from courses.applications.applying import Wish, apply, ask_again, confirm, submit, withdraw
from courses.applications.attending import Marks, Register, mark_attendance, record_marks
from courses.applications.closing import Closed, close
from courses.applications.endorsing import Nominated, endorse, nominate, nominate_all, refuse
from courses.applications.selecting import Choice, Decided, decide_many, decline, reconsider, select, waitlist
from courses.applications.states import Action
from courses.applications.waiting import lapse_due, offer_next

__all__ = [
    "Action", "Choice", "Closed", "Decided", "Marks", "Nominated", "Register", "Wish", "apply", "ask_again", "close",
    "confirm", "decide_many", "decline", "endorse", "lapse_due", "mark_attendance", "nominate", "nominate_all",
    "offer_next", "reconsider", "record_marks", "refuse", "select", "submit", "waitlist", "withdraw",
]  # fmt: skip
