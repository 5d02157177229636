"""The enums that policies, their changes and local rules share; given to the schema before any type names them."""

from __future__ import annotations

import strawberry

from domain.base_rule import BaseRule
from domain.policy import Category as InsuredCategory
from domain.policy import Confidence
from domain.policy import Kind as InsuranceKind

strawberry.enum(InsuranceKind, name="InsuranceKind", description="险种")
strawberry.enum(InsuredCategory, name="InsuredCategory", description="参保类别")
strawberry.enum(Confidence, name="Confidence", description="可信度")
strawberry.enum(BaseRule, name="BaseRule", description="基数规则")

__all__ = ["BaseRule", "Confidence", "InsuranceKind", "InsuredCategory"]
