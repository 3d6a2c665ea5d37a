#!/bin/busybox sh
# Process 1 of the example's machines: brings up the devices and runs what forge put on the CD-ROM.
/bin/busybox mkdir -p /proc /sys /dev /mnt /tmp /run /etc
/bin/busybox --install -s /bin
export PATH=/bin HOME=/
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/null >/dev/console 2>&1

while read -r module; do insmod "/modules/$module.ko" || echo "init: $module cannot be loaded"; done </modules/order

# The power button. forge presses it before it pulls the plug.
mkdir -p /etc/acpi/PWRF
printf '#!/bin/sh\necho "init: power button"\nexec poweroff -f\n' >/etc/acpi/PWRF/00000080
chmod +x /etc/acpi/PWRF/00000080
acpid -l /dev/console

# What qemu's user-mode network always gives; asking for it by DHCP would take a second.
ip link set lo up
ip link set eth0 up 2>/dev/null && ip addr add 10.0.2.15/24 dev eth0 && ip route add default via 10.0.2.2

if mount -t iso9660 -o ro /dev/sr0 /mnt; then
  . /mnt/environment.sh
  hostname "$FORGE_MEMBER"
  echo "init: $FORGE_MEMBER runs its user-data"
  sh /mnt/user-data
  echo "init: user-data ended with $?"
else
  echo "init: no data image"
fi

# Process 1 never ends; what user-data left running goes on.
while :; do sleep 3600; done
