"""Indicators of surveys (民意调查): what people answered, with how many were asked."""

from __future__ import annotations

from sqlalchemy import case

from dashboard.metrics.base import Metric, Weighted
from dashboard.texts import Text
from dashboard.warehouse import C, surveys

s = surveys.c

IS_ABOUT = {topic: s.topic_code == topic for topic in ("security", "governance")}
WILSON = Text("Wilson（1927）置信区间", "Wilson (1927) interval")

METRICS: dict[str, Metric] = {
    "security_sense": Weighted(
        label=Text("群众安全感", "Sense of security"), table=surveys, base=C, better="up",
        of=case((IS_ABOUT["security"], s.positive_count)), among=case((IS_ABOUT["security"], s.valid_count)), reference=WILSON,
        definition=Text(
            "期内关于安全感的调查中，肯定回答 ÷ 有效样本；须与样本量、调查日期和 95% 置信区间（Wilson）并列。",
            "Positive answers / valid sample of the surveys about security held in the period; beside the sample size, the day and a 95 %"
            " Wilson interval.",
        ),
    ),
    "governance_satisfaction": Weighted(
        label=Text("社会治理满意度", "Satisfaction with governance"), table=surveys, base=C, better="up",
        of=case((IS_ABOUT["governance"], s.positive_count)), among=case((IS_ABOUT["governance"], s.valid_count)), reference=WILSON,
        definition=Text(
            "期内关于社会治理满意度的调查中，肯定回答 ÷ 有效样本；须与样本量、调查日期和 95% 置信区间（Wilson）并列。",
            "Positive answers / valid sample of the surveys about governance held in the period; beside the sample size, the day and a"
            " 95 % Wilson interval.",
        ),
    ),
}  # fmt: skip
