"""Which addresses may be spoken to: what a provider's documents name must not lead into our own network."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

# What an operator may call internal (RFC 1918, 6598, 4193): never this machine or its links, nor what clouds answer on.
_INTERNAL = tuple(
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_NEVER = (ip_network("fd00:ec2::/32"),)
_TRANSLATED = IPv6Network("64:ff9b::/96")


def may_reach(text: str, *, is_here: bool = False, is_internal: bool = False) -> bool:
    """Tell whether an address may be connected to: public ones; of this machine alone, or internal ones, if told so."""
    address = _innermost(ip_address(text.partition("%")[0]))
    if is_here:
        return address.is_loopback
    if any(address in network for network in _NEVER if network.version == address.version):
        return False
    if is_internal and any(address in network for network in _INTERNAL if network.version == address.version):
        return True
    is_site = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved or is_site)


def _innermost(address: Address) -> Address:
    """Return the IPv4 address that one of IPv6 stands for, by whichever of the ways there are."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _TRANSLATED or (int(address) >> 32 == 0 and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
