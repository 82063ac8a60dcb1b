"""
Links for companies: registering, replacing, retiring, and their history.

A member is known by the session of the admin; a change needs its `X-CSRFToken`.
"""

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.pagination import NewestFirst
from common.parsers import JsonParser
from scanning.errors import LinkUnknown
from scanning.models import Link
from scanning.resolving.keys import canonical_path
from scanning.serializers.links import (
    LinkDocument,
    LinkMembers,
    LinksDocument,
    LinksInput,
)
from scanning.services import linking

MAX_BYTES = 2_000_000


class LinksParser(JsonParser):
    """Takes as many bytes as the longest list of links needs."""

    max_bytes = MAX_BYTES


class NewestLinksFirst(NewestFirst):
    """The last made first."""

    ordering = "-made_at"


class _LinkView(APIView):
    authentication_classes = (SessionAuthentication,)
    permission_classes = (IsAuthenticated,)

    def link(self, link_id: int) -> Link:
        """Return a link of the person's companies, or refuse."""
        links = Link.objects.visible_to(self.request.user).select_related("anchor")
        link = links.filter(pk=link_id).first()
        if link is None:
            raise LinkUnknown(_("No link of yours has this number."))
        return link


class LinkList(_LinkView):
    """The links of a person's companies."""

    parser_classes = (LinksParser,)

    @extend_schema(
        operation_id="listLinks",
        parameters=[
            OpenApiParameter(
                "anchor", OpenApiTypes.STR, description="The key's path, `/01/…`."
            ),
            OpenApiParameter(
                "versions",
                OpenApiTypes.STR,
                enum=["current", "all"],
                description="`all`: those that were replaced or retired as well.",
            ),
            OpenApiParameter("cursor", OpenApiTypes.STR),
            OpenApiParameter("page_size", OpenApiTypes.INT),
        ],
        responses={200: LinkDocument(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Answer the links in force, the last made first."""
        links = Link.objects.visible_to(request.user).select_related("anchor")
        if request.query_params.get("versions") != "all":
            links = links.in_force()
        if anchor := request.query_params.get("anchor"):
            links = links.filter(anchor__path=canonical_path(anchor))
        pages = NewestLinksFirst()
        page = pages.paginate_queryset(links, request, view=self)
        return pages.get_paginated_response(LinkDocument(page, many=True).data)

    @extend_schema(
        operation_id="registerLinks",
        request=LinksInput,
        responses={201: LinksDocument},
    )
    def post(self, request: Request) -> Response:
        """Register up to 500 links, all of them or none."""
        data = LinksInput(data=request.data)
        data.is_valid(raise_exception=True)
        made = linking.register_links(lines=data.lines(), author=request.user)
        return Response(LinksDocument({"links": made}).data, status=201)


class LinkDetail(_LinkView):
    """One version of a link."""

    @extend_schema(operation_id="readLink", responses={200: LinkDocument})
    def get(self, request: Request, link_id: int) -> Response:  # noqa: ARG002 - REST framework's signature
        """Answer one version, in force or not."""
        return Response(LinkDocument(self.link(link_id)).data)

    @extend_schema(
        operation_id="replaceLink",
        request=LinkMembers(partial=True),
        responses={201: LinkDocument},
    )
    def patch(self, request: Request, link_id: int) -> Response:
        """Put a new version in its place, and answer that; the old one is kept."""
        link = self.link(link_id)
        data = LinkMembers(data=request.data)
        data.is_valid(raise_exception=True)
        changes = data.members(data.validated_data)
        made = linking.replace_link(link=link, changes=changes, author=request.user)
        return Response(LinkDocument(made).data, status=201)

    @extend_schema(
        operation_id="retireLink",
        request=None,
        responses={204: OpenApiResponse(description="No scan leads there any more.")},
    )
    def delete(self, request: Request, link_id: int) -> Response:
        """Take it out of force; its versions are kept."""
        linking.retire_link(link=self.link(link_id), author=request.user)
        return Response(status=204)


class LinkRestoration(_LinkView):
    """An older version made current again."""

    @extend_schema(
        operation_id="restoreLink", request=None, responses={201: LinkDocument}
    )
    def post(self, request: Request, link_id: int) -> Response:
        """Make this version current again, as a new one."""
        made = linking.restore_link(link=self.link(link_id), author=request.user)
        return Response(LinkDocument(made).data, status=201)
