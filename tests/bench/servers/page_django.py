"""The same list as a Django team would write it: model, view, template, the usual middleware, uvicorn. ROWS: its database.

The queries are the same: count, and the page's rows with their place; filters and pages in the address work.
"""

import os
import sys

import django
import uvicorn
from django.conf import settings

settings.configure(
    SECRET_KEY="for measuring only, for measuring only, for measuring",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["ROWS"]}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_I18N=True,
    LANGUAGES=[("zh-hans", "中文"), ("en", "English")],
    LANGUAGE_CODE="zh-hans",
    USE_TZ=True,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {})],
                    )
                ],
            },
        }
    ],
)

BASE = """{% load i18n %}<!doctype html><html lang="{{ LANGUAGE_CODE }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="/static/base.css"></head><body><a class="skip" href="#main">{% trans "Skip" %}</a>
<header class="bar"><a class="brand" href="/">邻约</a><nav>{% for href, text in tabs %}<a class="tab" href="{{ href }}">
{{ text }}</a>{% endfor %}</nav>{% if user.is_authenticated %}<a href="/me">{{ user }}</a>{% else %}<a href="/sign-in">
{% trans "Log in" %}</a>{% endif %}</header>{% for message in messages %}<p class="flash">{{ message }}</p>{% endfor %}
<main id="main">{% block content %}{% endblock %}</main><footer><p>0574-0000 0000</p></footer></body></html>"""
LIST = """{% extends "base.html" %}{% load i18n %}{% block title %}{% trans "Matters" %}{% endblock %}{% block content %}
<div class="stack far"><h1>{% trans "Matters" %}</h1><form class="row search" method="get" action="/matters" role="search">
<input type="hidden" name="stage" value="{{ stage }}"><div class="field grow"><label for="f-q">{% trans "Search" %}</label>
<input class="input" id="f-q" type="search" name="q" value="{{ q }}" maxlength="40"></div><button class="btn line">
{% trans "Search" %}</button></form><nav class="tabs">{% for href, text in stages %}<a class="tab" href="{{ href }}">
{{ text }}</a>{% endfor %}</nav><p class="muted" role="status">{{ pages.paginator.count }}</p><ul class="cells">
{% for one in pages %}<li class="cell"><a href="/m/{{ one.number }}"><span class="grow"><span class="title">{{ one.title }}
</span><span class="meta">{{ one.number }} · {{ one.place.name }} · {{ one.created_at|date:"Y-m-d H:i" }}</span></span>
<span class="chip {{ one.state }}">{{ one.state }}</span><svg class="icon" width="24" height="24" aria-hidden="true"><use
href="/static/icons.svg#next"/></svg></a></li>{% empty %}<li>{% trans "None" %}</li>{% endfor %}</ul>
<nav class="pages">{% if pages.has_previous %}<a href="?page={{ pages.previous_page_number }}">{% trans "Previous" %}</a>
{% endif %}<span>{{ pages.number }} / {{ pages.paginator.num_pages }}</span>{% if pages.has_next %}<a
href="?page={{ pages.next_page_number }}">{% trans "Next" %}</a>{% endif %}</nav></div>{% endblock %}"""
settings.TEMPLATES[0]["OPTIONS"]["loaders"][0][1][0][1].update({"base.html": BASE, "list.html": LIST})
django.setup()

from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import models  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Place(models.Model):
    """Where."""

    name = models.CharField(max_length=80)

    class Meta:
        app_label, db_table, managed = "bench", "place", False


class Matter(models.Model):
    """What."""

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=80)
    state = models.CharField(max_length=20)
    created_at = models.DateTimeField()
    is_public = models.BooleanField()
    place = models.ForeignKey(Place, models.PROTECT)

    class Meta:
        app_label, db_table, managed = "bench", "matter", False


TABS = [("/", "首页"), ("/matters", "事项"), ("/meetings", "议事"), ("/me", "我的")]
STAGES = [(f"/matters?stage={one}", one) for one in ("all", "new", "working", "done")]


def matters(request: HttpRequest) -> HttpResponse:
    """Public matters, newest first."""
    q = request.GET.get("q", "").strip()[:40]
    rows = Matter.objects.filter(is_public=True).exclude(state__in=["merged", "withdrawn"])
    if q:
        rows = rows.filter(Q(number=q) | Q(title__icontains=q))
    pages = Paginator(rows.select_related("place").order_by("-id"), 50).get_page(request.GET.get("page"))
    return render(request, "list.html", {"pages": pages, "q": q, "stage": "all", "stages": STAGES, "tabs": TABS})


urlpatterns = [path("matters", matters)]

if __name__ == "__main__":
    uvicorn.run(get_asgi_application(), port=int(sys.argv[1]), log_config=None, access_log=False, lifespan="off")
