"""TOPICS: the cards of hot topics by name; each says its rule, and is filled for a wish by the page's callback."""

from dashboard.topic_cards import clusters, repeats, rises, threads, unit_board
from dashboard.topic_cards.parts import Topic, topic_card

TOPICS: dict[str, Topic] = {module.TOPIC.name: module.TOPIC for module in (rises, clusters, repeats, threads, unit_board)}

__all__ = ["TOPICS", "Topic", "topic_card"]
