"""The platform's side of playing: from the learner's page to the player, by a code that works once."""

from flask import Blueprint

blueprint = Blueprint("player", __name__)
