"""Indicators of surveys (民意调查): what people answered, with how many were asked."""

from __future__ import annotations

from dashboard.metrics.base import Metric, Weighted
from dashboard.texts import Text
from dashboard.warehouse import C, surveys

s = surveys.c

METRICS: dict[str, Metric] = {
    "security_sense": Weighted(
        label=Text("群众安全感", "Sense of security"), table=surveys, base=C, better="up", of=s.positive_count, among=s.valid_count,
        definition=Text(
            "期内调查中，肯定回答 ÷ 有效样本；须与样本量和 95% 置信区间（Wilson）并列。",
            "Positive answers / valid sample of the surveys held in the period; beside the sample size and a 95 % Wilson interval.",
        ),
    ),
}  # fmt: skip
